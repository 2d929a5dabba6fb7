import CZlib

/// A decoder of gzip members (RFC 1952), using zlib.
@safe
final class GzipDecoder: StreamDecoder {
  private var stream = unsafe z_stream()

  init() throws {
    // 15 bits of window, plus 16 for a gzip header.
    let started = unsafe inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else { throw DecodingProblem(description: "gzip: out of memory") }
  }

  deinit {
    unsafe inflateEnd(&stream)
  }

  func step(input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer) throws -> DecodingStep {
    // SAFETY: both counts fit, as `CompressedFile` passes no more than its step; zlib only reads its input, though its type
    // does not say so.
    unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    unsafe stream.avail_in = UInt32(input.count)
    unsafe stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.avail_out = UInt32(output.count)
    let result = unsafe inflate(&stream, Z_NO_FLUSH)
    guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
      let reason = unsafe stream.msg.map { unsafe String(cString: $0) } ?? "error \(result)"
      throw DecodingProblem(description: "gzip: \(reason)")
    }
    return unsafe DecodingStep(
      consumed: input.count - Int(stream.avail_in), produced: output.count - Int(stream.avail_out),
      isAtEnd: result == Z_STREAM_END)
  }

  func reset() throws {
    unsafe inflateReset(&stream)
  }
}
