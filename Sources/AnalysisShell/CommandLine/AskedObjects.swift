import CPython
import MemoryImage

/// The objects at some addresses that were asked for. An address without an object does not prevent the answer for the others.
struct AskedObjects {
  /// The objects, in the order of asking.
  private(set) var headers: [ObjectHeader] = []
  /// The addresses where no object begins.
  var missing: [Address] = []
  private(set) var problems: [String] = []

  /// - Throws: `Failure.problem` if there is one address and no object.
  init(_ addresses: [Address], in session: Session) throws {
    for address in addresses {
      do {
        headers.append(try session.liveObject(at: address))
      } catch Failure.problem(let text) where addresses.count > 1 {
        missing.append(address)
        problems.append(text)
      }
    }
  }

  /// Reports what was not found; the last step of a command.
  ///
  /// - Throws: `Failure.reported` if something was not found.
  func complain(to output: CommandOutput) throws {
    for problem in problems { try output.complain(problem) }
    if !problems.isEmpty { throw Failure.reported }
  }
}
