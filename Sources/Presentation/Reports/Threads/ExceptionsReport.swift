package import CPython
package import HeapAnalysis

/// What `find-all-exceptions` reports.
package struct ExceptionsReport: Sendable {
  let list: ExceptionList
  let formatter: ExceptionFormatter
  /// Whether each of those that look the same is written.
  let showsEach: Bool
  /// The number of entries that are listed.
  let limit: Int
  /// What restricts the answer.
  package let notes: [String]

  /// - Parameter places: where exceptions are kept, if that was searched for.
  package init(
    _ list: ExceptionList, places: HolderText?, showsEach: Bool, limit: Int?, notes: [String], in inferior: Inferior
  ) {
    (self.list, self.showsEach, self.notes) = (list, showsEach, notes)
    self.limit = limit ?? .max
    formatter = ExceptionFormatter(inferior, places: places)
  }

  /// The number of exceptions, however many are listed.
  package var count: Int { list.entries.count }

  package func writeMembers(to json: inout JSONStream) throws {
    var formatter = formatter
    json.member("count", count)
    try json.list("exceptions") { json in
      for found in list.entries.prefix(limit) {
        try json.element(onLine: true, formatter.entry(of: found).entry)
        try json.flushIfLong()
      }
    }
  }
}
