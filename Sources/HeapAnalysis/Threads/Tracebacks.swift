package import CPython
package import MemoryImage

/// The tracebacks of many exceptions, each part once: thousands of exceptions may share one of thousands of functions.
package struct Tracebacks {
  /// The traceback of one exception.
  package struct Traceback: Sendable {
    /// The functions that were not given for an earlier exception, the outermost first.
    package fileprivate(set) var entries: [PyBaseExceptionObject.TracebackEntry] = []
    /// The exception whose traceback ends with the same functions as this one after `entries`, and their number; nil if
    /// there is none.
    package fileprivate(set) var rest: (exception: Address, count: Int)?
  }

  /// The exception for which each `traceback` object was given first, and how many functions there are from it on.
  private var known: [Address: (exception: Address, count: Int)] = [:]

  package init() {}

  /// The traceback of the next exception.
  package mutating func traceback(of exception: PyBaseExceptionObject, in inferior: Inferior) -> Traceback {
    var found = Traceback()
    // In a damaged dump a traceback may lead back to itself.
    var seen = Set<Address>()
    exception.forEachTracebackEntry(in: inferior) { entry in
      if let rest = known[entry.address] {
        found.rest = rest
        return false
      }
      guard seen.insert(entry.address).inserted else { return false }
      found.entries.append(entry)
      return true
    }
    let count = found.entries.count + (found.rest?.count ?? 0)
    for (number, entry) in found.entries.enumerated() { known[entry.address] = (exception.address, count - number) }
    return found
  }
}
