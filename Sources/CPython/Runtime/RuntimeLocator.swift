package import MemoryImage
import NativeProcess

/// Identifies the CPython in raw memory: the table of debug offsets, the text of `sys.version`, the type `type`.
///
/// All three are in the interpreter's static data. So small runs of memory are searched first, and heaps only if nothing
/// was found there.
package struct RuntimeLocator: Sendable {
  private let memory: AddressSpace
  private let staticChunks: [MemoryChunk]
  private let heapChunks: [MemoryChunk]
  private let programs: [LoadedProgram]
  private let threadCount: Int

  /// A locator for a process's memory.
  ///
  /// - Parameter onlyPrograms: whether only the data of programs and libraries are searched, which takes no longer with a
  ///   larger heap.
  package init(memory: AddressSpace, onlyPrograms: Bool = false, threadCount: Int) {
    self.memory = memory
    self.threadCount = threadCount
    let chunks = memory.chunks()
    programs = LoadedProgram.all(in: memory)
    let ranges = programs.map(\.range)
    staticChunks = chunks.filter { chunk in
      chunk.isStatic && (!onlyPrograms || ranges.contains { $0.overlaps(chunk.range) })
    }
    heapChunks = onlyPrograms ? [] : chunks.filter { !$0.isStatic }
  }

  /// The image of the interpreter whose `type` is at `typeObject`.
  package func image(holding typeObject: Address) -> InterpreterImage {
    InterpreterImage(holding: typeObject, programs: programs, in: memory)
  }

  /// The results of `search` in the given images; if there are none, in all static data, then in the heaps.
  ///
  /// - Parameter onlyThere: whether only the images are searched.
  func search<Result: Sendable>(
    in images: [InterpreterImage] = [], onlyThere: Bool = false, _ search: @Sendable (MemoryChunk) -> [Result]
  ) -> [Result] {
    let near = staticChunks.filter { chunk in images.contains { $0.overlaps(chunk.range) } }
    for chunks in onlyThere ? [near] : [near, staticChunks, heapChunks] where !chunks.isEmpty {
      let found = concurrentMap(count: chunks.count, threadCount: threadCount) { search(chunks[$0]) }.flatMap { $0 }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// The results of `search` in all memory.
  func searchAll<Result: Sendable>(_ search: @Sendable (MemoryChunk) -> [Result]) -> [Result] {
    let chunks = staticChunks + heapChunks
    return concurrentMap(count: chunks.count, threadCount: threadCount) { search(chunks[$0]) }.flatMap { $0 }
  }

  /// The table of debug offsets (`_PyRuntime.debug_offsets`, since 3.13); nil if there is none. A copy of its cookie
  /// alone, as in a debugger's text, does not count.
  ///
  /// - Parameter images: the images to search first.
  package func debugOffsets(in images: [InterpreterImage], onlyThere: Bool = false) -> DebugOffsets? {
    search(in: images, onlyThere: onlyThere) { chunk in
      chunk.occurrences(of: DebugOffsets.cookie, limit: 64).compactMap { DebugOffsets(at: $0, in: memory) }
    }.first
  }

  /// The candidates for `type`. They are their own type and as large as a type, and their names are "type" if the dump
  /// has them. Those with a name come first.
  ///
  /// - Parameter growth: number of bytes by which objects' heads are longer than in the usual build.
  package func typeCandidates(headGrowth growth: Int = 0) -> [Address] {
    // `type` is in the static data of a program. If the dump has the headers that describe these data, the heaps need not
    // be read.
    let data = programs.flatMap(\.data)
    let inPrograms = staticChunks.filter { chunk in data.contains { $0.overlaps(chunk.range) } }
    var candidates = inPrograms.flatMap { typeCandidates(in: $0, headGrowth: growth) }
    if candidates.isEmpty { candidates = search { typeCandidates(in: $0, headGrowth: growth) } }
    let (named, nameless) = (Name.type, Name.missing)
    return candidates.filter { name(of: $0 + growth) == named } + candidates.filter { name(of: $0 + growth) == nameless }
  }

  private func typeCandidates(in chunk: MemoryChunk, headGrowth growth: Int) -> [Address] {
    let typeField = Layout.supported[0].object.ob_type.bytes + growth
    return chunk.selfTypedObjects(typeField: typeField).filter {
      isTypeSized($0 + growth) && name(of: $0 + growth) != .other
    }
  }

  /// What `tp_name` of a candidate for `type` shows.
  private enum Name {
    case type, missing, other
  }

  private func name(of candidate: Address) -> Name {
    let field = Layout.supported[0].type.tp_name
    guard let name: Address = try? memory.load(at: candidate + field.bytes), !name.isNull else { return .other }
    guard let text = try? memory.cString(at: name, limit: 16) else {
      return memory.isMapped(name, byteCount: 1) ? .other : .missing
    }
    return text == Array("type".utf8) ? .type : .other
  }

  /// Whether `tp_basicsize` and `tp_itemsize`, which are at the same offset in all versions, are those of `type`. Links
  /// of an empty list point at themselves too.
  private func isTypeSized(_ candidate: Address) -> Bool {
    let layout = Layout.supported[0]
    guard let size: Int = try? memory.load(at: candidate + layout.type.tp_basicsize.bytes),
      let itemSize: Int = try? memory.load(at: candidate + layout.type.tp_itemsize.bytes)
    else { return false }
    return (layout.type.heapSize / 2..<layout.type.heapSize * 2).contains(size)
      && itemSize == layout.memberDefinition.size
  }

  /// The versions in texts like `sys.version`, most frequent first.
  package func versionsInText(in images: [InterpreterImage], onlyThere: Bool = false) -> [PythonVersion] {
    // Up to 3.9 the compiler is on a separate line.
    let markers = [" [GCC ", " [Clang ", " \n[GCC ", " \n[Clang "].map { Array($0.utf8) }
    let found = search(in: images, onlyThere: onlyThere) { chunk in
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
    let words = Self.withoutBuildName(text[..<(bracket - 1)])
    let word = words.reversed().prefix { $0 > 32 && $0 < 127 }.reversed().prefix(while: isVersionByte)
    guard let version = PythonVersion(String(decoding: word, as: UTF8.self)), [2, 3].contains(version.major), version.micro != nil
    else { return nil }
    return version
  }

  /// The version of PyPy, from a `sys.version` in memory such as `[PyPy 7.3.11 with GCC 12.2.0]`; nil if there is none
  /// (`pypy/module/sys/version.py`).
  func pypyVersion() -> String? {
    let marker = Array("\n[PyPy ".utf8)
    let found = search { chunk in
      chunk.occurrences(of: marker, limit: 64).compactMap { pypyVersion(behind: $0 + marker.count) }
    }
    return found.first
  }

  private func pypyVersion(behind address: Address) -> String? {
    guard let bytes = try? memory.array(of: UInt8.self, at: address, count: 24) else { return nil }
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard words.count > 1, words[1] == "with", PythonVersion(String(words[0]))?.micro != nil else { return nil }
    return String(words[0])
  }

  /// The text without the words of free-threaded builds between the version and the bracket.
  private static func withoutBuildName(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    [" free-threading build", " experimental"].reduce(text) { text, name in
      text.suffix(name.utf8.count).elementsEqual(name.utf8) ? text.dropLast(name.utf8.count) : text
    }
  }
}
