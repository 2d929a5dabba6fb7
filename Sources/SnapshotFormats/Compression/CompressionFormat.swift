import MemoryImage

/// The ways in which a dump may be compressed. Each is recognised by its first bytes.
package enum CompressionFormat: String, Sendable, CaseIterable, CustomStringConvertible {
  /// RFC 1952, by zlib.
  case gzip
  /// RFC 8878.
  case zstd
  /// The container of LZMA2, by liblzma.
  case xz
  /// The frame format of LZ4.
  case lz4

  /// What the format is called in messages.
  package var description: String { rawValue }

  /// The format that `bytes` are in from `offset` on, or nil if it is none of these.
  init?(of bytes: MappedBytes, at offset: Int = 0) {
    guard let word = bytes.bytes(at: offset, count: 4)?.integer(UInt32.self, at: 0) else { return nil }
    switch word {
    // The magic number and the one method that there is, deflate.
    case _ where word & 0xFF_FFFF == 0x08_8B1F: self = .gzip
    case 0xFD2F_B528: self = .zstd
    case 0x184D_2204: self = .lz4
    case 0x587A_37FD: self = .xz
    // A skippable frame, which zstd and lz4 share, at the beginning: `pzstd` and `zstd --patch-from` write such.
    case 0x184D_2A50...0x184D_2A5F where offset == 0:
      guard let size = bytes.bytes(at: 4, count: 4)?.integer(UInt32.self, at: 0), size < 1 << 20,
        let next = bytes.bytes(at: 8 + Int(size), count: 4)?.integer(UInt32.self, at: 0)
      else { return nil }
      guard next == 0xFD2F_B528 || next == 0x184D_2204 else { return nil }
      self = next == 0x184D_2204 ? .lz4 : .zstd
    default: return nil
    }
  }

  /// A decoder of this format.
  ///
  /// - Throws: `DecodingProblem` if there is no memory for one.
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
  /// The first inflated bytes of a file in this format, at most `count`; fewer if it is cut or broken.
  func prefix(_ count: Int, of bytes: MappedBytes) -> [UInt8] {
    guard let decoder = try? makeDecoder() else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = 0
      var offset = 0
      // SAFETY: the decoder gets what is free behind `initialized` bytes, and says how many it has written.
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

/// Takes compressed bytes piece by piece and gives what they were.
protocol StreamDecoder: AnyObject {
  /// Inflates from `input` to `output`, at least one byte of either unless it needs more of them.
  ///
  /// - Throws: `DecodingProblem` if the input is not what it should be.
  func step(input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer) throws -> DecodingStep

  /// Gets ready for another member or frame behind the one that has ended.
  func reset() throws
}

/// What one step of a decoder did.
struct DecodingStep {
  /// The bytes of the input that were used.
  let consumed: Int
  /// The bytes of the output that were written.
  let produced: Int
  /// Whether a member or frame has ended.
  let isAtEnd: Bool
}

/// Why compressed bytes could not be inflated, in the library's words.
struct DecodingProblem: Error, CustomStringConvertible {
  let description: String
}
