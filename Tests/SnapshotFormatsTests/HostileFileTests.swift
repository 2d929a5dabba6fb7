import MemoryImage
@testable import SnapshotFormats
import TestSupport
import Testing

struct HostileFileTests {
  /// A core with everything that the reader reads.
  private var core: [UInt8] {
    CoreWriter(
      regions: [
        .init(address: 0x1000, bytes: utf8("text"), memorySize: 0x1000, flags: 5),
        .init(address: 0x2000, bytes: utf8("data")), .init(address: 0x2004, bytes: utf8("more")),
      ],
      files: [.init(start: 0x1000, end: 0x2000, path: "/a"), .init(start: 0x2000, end: 0x3000, path: "/b")],
      countsInSection: true
    ).bytes
  }

  private var stream: [UInt8] {
    [0x1000, 0x1010, 1, 2].flatMap { UInt64($0).littleEndianBytes }
      + [0x1010, 0x1018, 3].flatMap { UInt64($0).littleEndianBytes }
  }

  /// Changes a few bytes or words to numbers that are likely to break a reader.
  private func mutated(_ bytes: [UInt8], using generator: inout SeededGenerator) -> ([UInt8], String) {
    var bytes = bytes
    var changes = ""
    let numbers: [UInt64] = [
      0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 40, 1 << 62, 1 << 63, .max - 1, .max,
    ]
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let size = [1, 2, 4, 8].randomElement(using: &generator) ?? 1
      let position = Int.random(in: 0...(bytes.count - size), using: &generator)
      let number = numbers.randomElement(using: &generator) ?? 0
      bytes.replaceSubrange(position..<(position + size), with: number.littleEndianBytes.prefix(size))
      changes += "\(size) bytes at \(position) are \(number); "
    }
    if Int.random(in: 0..<4, using: &generator) == 0 {
      bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator))
      changes += "cut to \(bytes.count)"
    }
    return (bytes, changes)
  }

  @Test(arguments: ["core", "stream"])
  func `a damaged file opens with readable regions or is an error of one line`(kind: String) throws {
    let directory = try TemporaryDirectory()
    let whole = kind == "core" ? core : stream
    for seed in 1...700 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let (bytes, changes) = mutated(whole, using: &generator)
      let path = try directory.write(bytes, to: kind)
      for allowTruncated in [false, true] {
        do {
          let memory = try Snapshot.open(path: path) { $0.allowTruncated = allowTruncated }.memory
          for region in memory.regions {
            let last = region.range.end - 1
            #expect(throws: Never.self, "seed \(seed): \(changes)") { try memory.load(UInt8.self, at: region.range.start) }
            #expect(throws: Never.self, "seed \(seed): \(changes)") { try memory.load(UInt8.self, at: last) }
          }
        } catch {
          let message = (error as? SnapshotError)?.description ?? ""
          #expect(message.hasPrefix(path) && !message.contains("\n"), "seed \(seed): \(changes)")
        }
      }
    }
  }
}

/// A generator whose numbers follow from its seed (SplitMix64), so that a failure can be repeated.
private struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
