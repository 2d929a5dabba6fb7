import MemoryImage

/// A compression format of a dump. Each is recognized by its first bytes.
package enum CompressionFormat: String, Sendable, CaseIterable, CustomStringConvertible {
  /// RFC 1952, by zlib.
  case gzip
  /// RFC 8878.
  case zstd
  /// The container of LZMA2, by liblzma.
  case xz
  /// The frame format of LZ4.
  case lz4

  /// The name of the format in messages.
  package var description: String { rawValue }

  /// Detects the format of `bytes` at `offset`; nil if it is none of these.
  init?(of bytes: MappedBytes, at offset: Int = 0) {
    guard let word = bytes.bytes(at: offset, count: 4)?.integer(UInt32.self, at: 0) else { return nil }
    switch word {
    // The magic number and the only method, deflate.
    case _ where word & 0xFF_FFFF == 0x08_8B1F: self = .gzip
    case 0xFD2F_B528: self = .zstd
    case 0x184D_2204: self = .lz4
    case 0x587A_37FD: self = .xz
    // A skippable frame, which zstd and lz4 share, at the beginning: `pzstd` and `zstd --patch-from` write one.
    case 0x184D_2A50...0x184D_2A5F where offset == 0:
      guard let size = bytes.bytes(at: 4, count: 4)?.integer(UInt32.self, at: 0), size < 1 << 20,
        let next = bytes.bytes(at: 8 + Int(size), count: 4)?.integer(UInt32.self, at: 0)
      else { return nil }
      guard next == 0xFD2F_B528 || next == 0x184D_2204 else { return nil }
      self = next == 0x184D_2204 ? .lz4 : .zstd
    default: return nil
    }
  }

  /// Returns a decoder of this format.
  ///
  /// - Throws: `DecodingProblem` if there is not enough memory for one.
  func makeDecoder() throws -> any StreamDecoder {
    switch self {
    case .gzip: try GzipDecoder()
    case .zstd: try ZstdDecoder()
    case .xz: try XzDecoder()
    case .lz4: try Lz4Decoder()
    }
  }
}

extension CompressionFormat {
  /// Returns the first decompressed bytes of a file in this format, at most `count`; fewer if it is cut or broken.
  func prefix(_ count: Int, of bytes: MappedBytes) -> [UInt8] {
    guard let decoder = try? makeDecoder() else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = 0
      var offset = 0
      // SAFETY: the decoder gets the free bytes after the first `initialized` ones, and returns how many it has written.
      while initialized < count,
        let step = try? unsafe decoder.step(
          input: UnsafeRawBufferPointer(rebasing: bytes.buffer[offset..<min(bytes.count, offset + 1 << 16)]),
          output: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[initialized...])),
        step.consumed > 0 || step.produced > 0
      {
        initialized += step.produced
        offset += step.consumed
        if step.isAtEnd { break }
      }
    }
  }
}

/// A decoder that takes compressed bytes piece by piece and returns the original ones.
protocol StreamDecoder: AnyObject {
  /// Decompresses from `input` to `output`, using at least one byte of either unless it needs more of them.
  ///
  /// - Throws: `DecodingProblem` if the input is invalid.
  func step(input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer) throws -> DecodingStep

  /// Prepares for another member or frame after the one that has ended.
  func reset() throws
}

/// The result of one step of a decoder.
struct DecodingStep {
  /// The number of input bytes that were used.
  let consumed: Int
  /// The number of output bytes that were written.
  let produced: Int
  /// Whether a member or frame has ended.
  let isAtEnd: Bool
}

/// The reason why bytes could not be decompressed, in the library's words.
struct DecodingProblem: Error, CustomStringConvertible {
  let description: String
}
