import CPython
import MemoryImage
import Presentation

extension Session {
  /// The numbers of all types that `name` names; two types may have one name.
  ///
  /// - Throws: `Failure.problem` with the nearest name if there is none.
  func typeNumbers(named name: String) throws -> Set<Int> {
    let table = try inferior().types
    let found = table.types(named: name)
    guard found.isEmpty else { return Set(found.map { Int($0.traits.number) }) }
    let names = table.types.flatMap { [$0.shortName, $0.name] }
    throw Failure.problem(
      "no type named '\(name)'" + NameSuggestion.question(for: name, among: names))
  }

  /// The number of the type object at `address`.
  ///
  /// - Throws: `Failure.problem` if there is none.
  func typeNumber(at address: Address) throws -> Int {
    guard let number = try inferior().types.number(of: address) else {
      throw Failure.problem("no type object at \(address)")
    }
    return number
  }

  /// The object at `address`.
  ///
  /// - Throws: `Failure.problem` if the address is not mapped, or there is no object.
  func object(at address: Address) throws -> ObjectHeader {
    let inferior = try inferior()
    guard inferior.memory.isMapped(address, byteCount: 16) else {
      throw Failure.problem("address \(address) is not mapped in this dump")
    }
    guard let header = inferior.object(at: address) else {
      throw Failure.problem("no object at \(address): expected a type object at its ob_type, found none")
    }
    return header
  }
}
