import ArgumentParser
import CPython
import MemoryImage

/// An address as the user writes it: hexadecimal, in any case, with or without `0x`.
struct AddressArgument: ExpressibleByArgument {
  /// The address.
  let address: Address

  init?(argument: String) {
    guard let address = Address(hexadecimal: argument) else { return nil }
    self.address = address
  }
}

/// An address, or a `*` for each pointer to follow before it.
struct PointerArgument: ExpressibleByArgument {
  private let address: Address
  private let stars: Int

  init?(argument: String) {
    let digits = argument.drop { $0 == "*" }
    guard let address = Address(hexadecimal: digits) else { return nil }
    self.address = address
    stars = argument.count - digits.count
  }

  /// The address that the pointers lead to.
  ///
  /// - Throws: `Failure.problem` if one is not mapped.
  func resolved(in inferior: Inferior) throws -> Address {
    var address = address
    for _ in 0..<stars {
      guard let next: Address = try? inferior.memory.load(at: address) else {
        throw Failure.problem("pointer at \(address) is not mapped in this dump")
      }
      address = next
    }
    return address
  }
}
