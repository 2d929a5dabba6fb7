package import MemoryImage

/// Finds in raw memory which CPython it is: the table of debug offsets, the text of `sys.version`, the type `type`.
///
/// All three lie in the static data of the interpreter. So small runs of memory are searched first, and heaps only if
/// nothing was found there.
package struct RuntimeLocator: Sendable {
  private let memory: AddressSpace
  private let staticChunks: [MemoryChunk]
  private let heapChunks: [MemoryChunk]
  private let threadCount: Int

  /// No interpreter has more static data in one run of memory, in bytes.
  private static let largestStaticSegment = 64 << 20
  /// The static data of one interpreter lies this close together, in bytes.
  private static let neighbourhood = 8 << 20

  /// A locator for a process's memory.
  package init(memory: AddressSpace, threadCount: Int) {
    self.memory = memory
    self.threadCount = threadCount
    let chunks = memory.chunks()
    staticChunks = chunks.filter { $0.segmentByteCount <= Self.largestStaticSegment }
    heapChunks = chunks.filter { $0.segmentByteCount > Self.largestStaticSegment }
  }

  /// What `search` finds near the given addresses, or if that is nothing in all static data, or in the heaps.
  private func search<Result: Sendable>(
    near addresses: [Address] = [], _ search: @Sendable (MemoryChunk) -> [Result]
  ) -> [Result] {
    let near = staticChunks.filter { chunk in
      addresses.contains { chunk.range.start <= $0 + Self.neighbourhood && $0 <= chunk.range.end + Self.neighbourhood }
    }
    for chunks in [near, staticChunks, heapChunks] where !chunks.isEmpty {
      let found = concurrentMap(count: chunks.count, threadCount: threadCount) { search(chunks[$0]) }.flatMap { $0 }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// The table of debug offsets (`_PyRuntime.debug_offsets`, since 3.13), or nil. A copy of its cookie alone, as in
  /// the text of a debugger, is none.
  ///
  /// - Parameter addresses: where to look first, such as at the type `type`.
  package func debugOffsets(near addresses: [Address]) -> DebugOffsets? {
    search(near: addresses) { chunk in
      chunk.occurrences(of: DebugOffsets.cookie, limit: 64).compactMap { DebugOffsets(at: $0, in: memory) }
    }.first
  }

  /// The objects that can be `type`: they are their own type, and their names, where the dump has them, are "type".
  package func typeCandidates() -> [Address] {
    let nameField = Layout.supported[0].type.tp_name.bytes
    return search { chunk in
      chunk.selfTypedObjects().filter { candidate in
        guard let name: Address = try? memory.load(at: candidate + nameField), !name.isNull else { return false }
        guard let text = try? memory.cString(at: name, limit: 16) else { return !memory.isMapped(name, byteCount: 1) }
        return text == Array("type".utf8)
      }
    }
  }

  /// The versions that texts like `sys.version` name, the most frequent first.
  package func versionsInText(near addresses: [Address]) -> [PythonVersion] {
    // Up to 3.9 the compiler stands on a line of its own.
    let markers = [" [GCC ", " [Clang ", " \n[GCC ", " \n[Clang "].map { Array($0.utf8) }
    let found = search(near: addresses) { chunk in
      markers.flatMap { chunk.occurrences(of: $0, limit: 256) }.compactMap { version(before: $0) }
    }
    let counts = Dictionary(found.map { ($0, 1) }, uniquingKeysWith: +)
    return counts.sorted { ($1.value, $0.key.description) < ($0.value, $1.key.description) }.map(\.key)
  }

  /// The version in a text like `3.10.13 (main, Oct 2 2026, 21:13:02) [GCC 12.2.0]`, where the compiler begins at
  /// `marker` (`Py_GetVersion`, Python/getversion.c).
  private func version(before marker: Address) -> PythonVersion? {
    let reach = 160
    let start = memory.isMapped(marker - reach, byteCount: reach) ? marker - reach : marker.alignedDown(to: 4096)
    let count = Int(truncatingIfNeeded: marker.rawValue &- start.rawValue)
    guard let bytes = try? memory.array(of: UInt8.self, at: start, count: count), bytes.last == UInt8(ascii: ")") else {
      return nil
    }
    let text = Array(bytes)
    guard let bracket = text.indices.reversed().first(where: { text[$0] == UInt8(ascii: "(") }), bracket > 1,
      text[bracket - 1] == UInt8(ascii: " ")
    else { return nil }
    let isVersionByte: (UInt8) -> Bool = { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    // A release candidate or a build with changes has a suffix, as in `3.14.0rc2` and `3.12.1+`.
    let word = text[..<(bracket - 1)].reversed().prefix { $0 > 32 && $0 < 127 }.reversed().prefix(while: isVersionByte)
    guard let version = PythonVersion(String(decoding: word, as: UTF8.self)), version.major == 3, version.micro != nil
    else { return nil }
    return version
  }
}
