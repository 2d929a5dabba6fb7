package import MemoryImage

/// What `find` reports.
package struct FindReport: Encodable, Sendable {
  let count: Int
  /// The addresses of the first occurrences; nil if only their number was asked for.
  let addresses: [String]?

  package init(_ found: MemorySearch.Result, onlyCount: Bool) {
    count = found.count
    addresses = onlyCount ? nil : found.addresses.map(\.description)
  }
}
