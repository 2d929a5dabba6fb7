import ArgumentParser

/// The options that limit the use of the machine.
struct ResourceArguments: ParsableArguments {
  @Option(help: "Use so many processor cores at most.")
  var maxThreads: Int?

  @Option(
    help: """
      Use so many bytes of memory, such as 500M or 4G: inflated and copied memory beyond half of it goes to a file, and \
      what needs more ends the program.
      """)
  var memoryLimit: ByteLimit?

  @Option(help: "The directory for temporary files (default: $TMPDIR or /var/tmp).")
  var tempDir: String?

  func validate() throws {
    if let maxThreads, maxThreads < 1 { throw ValidationError("--max-threads must be 1 or more") }
  }
}

/// A number of bytes as the user writes it: `1500000`, `500M`, `4G`.
struct ByteLimit: ExpressibleByArgument {
  /// The number.
  let bytes: Int

  init(bytes: Int) {
    self.bytes = bytes
  }

  init?(argument: String) {
    let shifts: [Character: Int] = ["K": 10, "k": 10, "M": 20, "m": 20, "G": 30, "g": 30, "T": 40, "t": 40]
    let shift = argument.last.flatMap { shifts[$0] }
    guard let number = Int(shift == nil ? argument[...] : argument.dropLast()), number >= 0 else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
    guard !overflow else { return nil }
    self.bytes = bytes
  }
}
