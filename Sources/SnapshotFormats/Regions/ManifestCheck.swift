import MemoryImage

/// A comparison of the regions of a dump with those that its manifest lists.
struct ManifestCheck {
  /// The list.
  let manifest: DumpManifest
  private let listed: Set<AddressRange>
  private var seen: Set<AddressRange> = []
  private var strangers: (first: String, count: Int, byteCount: Int)?

  init(_ manifest: DumpManifest) {
    self.manifest = manifest
    listed = Set(manifest.regions.map(\.range))
  }

  /// Returns whether a region belongs to the process: it is listed, or the list is incomplete. Other regions are counted
  /// under the place where they are.
  mutating func accepts(_ range: AddressRange, at place: @autoclosure () -> String) -> Bool {
    if listed.contains(range) {
      seen.insert(range)
      return true
    }
    guard manifest.isWhole else { return true }
    let sum = (strangers?.byteCount ?? 0).addingReportingOverflow(range.count)
    strangers = (strangers?.first ?? place(), (strangers?.count ?? 0) + 1, sum.overflow ? .max : sum.partialValue)
    return false
  }

  /// Returns whether a region is listed.
  func lists(_ range: AddressRange) -> Bool { listed.contains(range) }

  /// The listed regions that were not found.
  var missing: [DumpManifest.Region] { manifest.regions.filter { !seen.contains($0.range) } }

  /// Whether the last region is missing, as in a stream that was cut between two regions.
  var lacksEnd: Bool { manifest.regions.last.map { !seen.contains($0.range) } ?? false }

  /// Returns the number of bytes of some regions.
  static func byteCount(of regions: [DumpManifest.Region]) -> UInt64 {
    regions.reduce(0) { sum, region in
      let (total, overflow) = sum.addingReportingOverflow(UInt64(region.range.count))
      return overflow ? .max : total
    }
  }

  /// Returns warnings about missing regions, and about those that do not belong here, one line each.
  func warnings(path: String) -> [String] {
    var warnings: [String] = []
    let missing = missing
    if let first = missing.first {
      warnings.append(
        "\(path.onOneLine): \(missing.count) of \(manifest.regions.count) regions (\(Self.byteCount(of: missing)) bytes) "
          + "of \(manifest.processName) are missing, first \(first.description)")
    }
    if let strangers {
      warnings.append(
        "\(path.onOneLine): \(strangers.count) regions (\(strangers.byteCount) bytes) do not belong to the dump of "
          + "\(manifest.processName) by its manifest, and are left out, first \(strangers.first)")
    }
    if !manifest.isWhole {
      warnings.append(
        "\(path.onOneLine): the manifest is cut after \(manifest.regions.count) regions: what else the dump should hold "
          + "is not known")
    }
    return warnings
  }
}

extension DumpManifest.Region: CustomStringConvertible {
  /// The region as it appears in messages.
  var description: String { "\(range)" + (name.map { " (\($0))" } ?? "") }
}
