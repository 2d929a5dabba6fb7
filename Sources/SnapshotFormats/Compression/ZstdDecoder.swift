import CZstd

/// A decoder of zstd frames (RFC 8878), using libzstd, which skips skippable frames.
@safe
final class ZstdDecoder: StreamDecoder {
  private let context: OpaquePointer

  /// The log2 of the largest window that the format's 64-bit library accepts: `zstd --long=31` uses it.
  private static let windowLog: Int32 = 31

  init() throws {
    guard let context = unsafe ZSTD_createDCtx() else { throw DecodingProblem(description: "zstd: out of memory") }
    unsafe self.context = context
    unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLog)
  }

  deinit {
    unsafe ZSTD_freeDCtx(context)
  }

  func step(input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer) throws -> DecodingStep {
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let result = unsafe ZSTD_decompressStream(context, &target, &source)
    guard ZSTD_isError(result) == 0 else {
      let reason = unsafe String(cString: ZSTD_getErrorName(result))
      throw DecodingProblem(description: "zstd: \(reason.lowercased())")
    }
    return unsafe DecodingStep(consumed: source.pos, produced: target.pos, isAtEnd: result == 0)
  }

  func reset() throws {
    unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
  }
}
