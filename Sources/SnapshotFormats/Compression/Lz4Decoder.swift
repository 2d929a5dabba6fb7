import CLz4

/// A decoder of LZ4 frames, using liblz4.
@safe
final class Lz4Decoder: StreamDecoder {
  private let context: OpaquePointer

  init() throws {
    var context: OpaquePointer?
    let result = unsafe LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
    guard LZ4F_isError(result) == 0, let context = unsafe context else {
      throw DecodingProblem(description: "lz4: out of memory")
    }
    unsafe self.context = context
  }

  deinit {
    unsafe LZ4F_freeDecompressionContext(context)
  }

  func step(input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer) throws -> DecodingStep {
    var consumed = input.count
    var produced = output.count
    let result = unsafe LZ4F_decompress(context, output.baseAddress, &produced, input.baseAddress, &consumed, nil)
    guard LZ4F_isError(result) == 0 else {
      let reason = unsafe String(cString: LZ4F_getErrorName(result))
      throw DecodingProblem(description: "lz4: \(reason)")
    }
    return DecodingStep(consumed: consumed, produced: produced, isAtEnd: result == 0)
  }

  func reset() throws {
    unsafe LZ4F_resetDecompressionContext(context)
  }
}
