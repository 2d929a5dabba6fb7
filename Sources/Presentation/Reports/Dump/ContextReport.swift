package import MemoryImage

/// What `context` reports.
package struct ContextReport: Encodable, Sendable {
  let address: Address
  let range: AddressRange
  let bytes: [UInt8]
  /// What is there; nil where no Python was found that would show it.
  let place: String?

  package init(_ bytes: [UInt8], of range: AddressRange, around address: Address, place: String?) {
    (self.bytes, self.range, self.address, self.place) = (bytes, range, address, place)
  }

  private enum CodingKeys: CodingKey {
    case address, start, end, bytes, place
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(address.description, forKey: .address)
    try container.encode(range.start.description, forKey: .start)
    try container.encode(range.end.description, forKey: .end)
    try container.encode(bytes.map(HexDump.digits).joined(), forKey: .bytes)
    try container.encodeIfPresent(place, forKey: .place)
  }
}
