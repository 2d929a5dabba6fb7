import ArgumentParser
import FoundationEssentials
import MemoryImage

/// Addresses as the user writes them, separated by commas.
struct AddressList: ExpressibleByArgument {
  /// The addresses.
  let addresses: [Address]

  init?(argument: String) {
    var addresses: [Address] = []
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let address = Address(hexadecimal: word) else { return nil }
      addresses.append(address)
    }
    self.addresses = addresses
  }

  /// The addresses in a file, one on each line; empty lines are skipped.
  ///
  /// - Throws: `Failure.problem` if the file cannot be read, or a line is no address.
  static func inFile(_ path: String) throws -> [Address] {
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw Failure.problem("cannot read \(path)")
    }
    var addresses: [Address] = []
    for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let text = String(decoding: line, as: UTF8.self).filter { !$0.isWhitespace }
      guard !text.isEmpty else { continue }
      guard let address = Address(hexadecimal: text) else {
        throw Failure.problem("\(path):\(number + 1): expected an address, found '\(text.prefix(40))'")
      }
      addresses.append(address)
    }
    return addresses
  }
}
