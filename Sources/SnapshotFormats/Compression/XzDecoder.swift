import CLzma

/// A decoder of xz streams, using liblzma.
@safe
final class XzDecoder: StreamDecoder {
  private var stream = unsafe lzma_stream()

  /// A memory limit in bytes above what any preset takes: `xz -9` needs 65 MiB.
  private static let memoryLimit: UInt64 = 2 << 30

  init() throws {
    try start()
  }

  deinit {
    unsafe lzma_end(&stream)
  }

  func step(input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer) throws -> DecodingStep {
    unsafe stream.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.avail_in = input.count
    unsafe stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.avail_out = output.count
    let result = unsafe lzma_code(&stream, LZMA_RUN)
    guard result == LZMA_OK || result == LZMA_STREAM_END || result == LZMA_BUF_ERROR else {
      throw DecodingProblem(description: "xz: \(Self.reason(result))")
    }
    return unsafe DecodingStep(
      consumed: input.count - stream.avail_in, produced: output.count - stream.avail_out,
      isAtEnd: result == LZMA_STREAM_END)
  }

  func reset() throws {
    try start()
  }

  private func start() throws {
    guard unsafe lzma_stream_decoder(&stream, Self.memoryLimit, 0) == LZMA_OK else {
      throw DecodingProblem(description: "xz: out of memory")
    }
  }

  private static func reason(_ result: lzma_ret) -> String {
    switch result {
    case LZMA_DATA_ERROR: "the compressed data are corrupt"
    case LZMA_FORMAT_ERROR: "not in the xz format"
    case LZMA_OPTIONS_ERROR: "options that this liblzma does not know"
    case LZMA_MEM_ERROR: "out of memory"
    case LZMA_MEMLIMIT_ERROR: "a dictionary of more than \(memoryLimit) bytes"
    default: "error \(result.rawValue)"
    }
  }
}
