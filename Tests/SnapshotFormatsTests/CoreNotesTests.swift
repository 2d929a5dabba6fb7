import CElf
import MemoryImage
@testable import SnapshotFormats
@testable import NativeProcess
import TestSupport
import Testing

struct CoreNotesTests {
  private func facts() -> ProcessFacts {
    var facts = ProcessFacts()
    facts.id = 4711
    facts.parentID = 4710
    facts.userID = 1000
    facts.groupID = 1001
    facts.command = "python3"
    facts.commandLine = "python3 -m app"
    facts.auxiliaryVector = [.init(type: 6, value: 4096), .init(type: 3, value: 0x40_0040)]
    facts.threads = [4711, 4712].map { id in
      ThreadFacts(
        id: id, signal: 0, registers: (0..<27).map { UInt64($0) + UInt64(id) },
        layout: RegisterLayout(machine: EM_X86_64), floatingPoint: [UInt8](repeating: 1, count: 512))
    }
    return facts
  }

  private func read(_ core: [UInt8]) throws -> Snapshot {
    let directory = try TemporaryDirectory()
    return try Snapshot.open(path: directory.write(core, to: "core"))
  }

  private func core(_ process: ProcessFacts, files: [MappedFile] = [], regionCount: Int = 1) throws -> [UInt8] {
    let regions = try (0..<regionCount).map { number in
      let start = Address(0x10_0000 + UInt64(number) * 0x2000)
      let range = try #require(AddressRange(start: start, count: 0x1000))
      return CapturePlan.Region(range: range, permissions: [.read, .write], name: nil, runs: [range])
    }
    return CoreHead(regions: regions, process: process, files: files).bytes
      + [UInt8](repeating: 0x5A, count: regionCount * 0x1000)
  }

  @Test func `what is written of a process reads as it was`() throws {
    let range = try #require(AddressRange(start: Address(0x40_0000), count: 0x3000))
    let file = MappedFile(range: range, offset: 0x2000, path: "/usr/bin/a python (deleted)")

    let snapshot = try read(core(facts(), files: [file]))

    #expect(snapshot.process.id == 4711 && snapshot.process.parentID == 4710)
    #expect(snapshot.process.userID == 1000 && snapshot.process.groupID == 1001)
    #expect(snapshot.process.command == "python3" && snapshot.process.commandLine == "python3 -m app")
    #expect(snapshot.process.auxiliaryVector == facts().auxiliaryVector)
    #expect(snapshot.process.threads.map(\.id) == [4711, 4712])
    #expect(snapshot.process.threads.map(\.registers) == facts().threads.map(\.registers))
    #expect(snapshot.process.threads[0].instructionPointer == Address(4711 + 16))
    #expect(snapshot.process.threads[0].stackPointer == Address(4711 + 19))
    #expect(snapshot.process.signal == nil)
    #expect(snapshot.mappedFiles == [file])
    #expect(try snapshot.memory.load(UInt8.self, at: Address(0x10_0FFF)) == 0x5A)
  }

  @Test func `more regions than 16 bits count are counted in a section`() throws {
    let snapshot = try read(core(facts(), regionCount: 66_000))

    #expect(snapshot.memory.regions.count == 66_000)
    #expect(snapshot.process.id == 4711)
  }

  @Test func `a signal's cause, address and sender are told`() {
    func signal(_ number: Int32, code: Int32, _ rest: [UInt8]) -> SignalFacts? {
      let bytes = number.littleEndianBytes + Int32(0).littleEndianBytes + code.littleEndianBytes
      return SignalFacts(signalInfo: (bytes + Int32(0).littleEndianBytes + rest)[...])
    }
    let fault = signal(11, code: 1, UInt64(0x10).littleEndianBytes)
    let kill = signal(6, code: -6, Int32(42).littleEndianBytes + UInt32(1000).littleEndianBytes)

    #expect(fault?.address == Address(0x10) && fault?.sender == nil)
    #expect(kill?.sender == 42 && kill?.senderUser == 1000 && kill?.address == nil)
    #expect(signal(0, code: 0, []) == nil)
    #expect(SignalFacts(signalInfo: [1, 0]) == nil)
  }

  @Test func `where no note tells of the signal its number is that of the first thread`() {
    var notes = CoreNotes(machine: EM_X86_64)
    #expect(notes.process.isEmpty)
    var status = [UInt8](repeating: 0, count: 336)
    status.replaceSubrange(12..<14, with: [11, 0])
    status.replaceSubrange(32..<34, with: [0x67, 0x12])
    _ = notes.take(type: UInt32(bitPattern: NT_PRSTATUS), status[...])
    #expect(notes.process.threads.map(\.id) == [0x1267] && !notes.process.isEmpty)
    #expect(notes.process.signal?.number == 11 && notes.process.signal?.code == nil)
    #expect(notes.process.signal?.address == nil && notes.process.signal?.sender == nil)
  }

  @Test func `notes that are cut or of other owners do no harm`() {
    for type in [NT_PRSTATUS, NT_PRPSINFO, NT_FILE, NT_AUXV, NT_SIGINFO, 12345] {
      for count in [0, 1, 7, 15, 16, 35, 111, 135] {
        var notes = CoreNotes(machine: EM_X86_64)
        _ = notes.take(type: UInt32(bitPattern: type), [UInt8](repeating: 0xFF, count: count)[...])
        #expect(notes.process.threads.isEmpty && notes.files.isEmpty, "type \(type), \(count) bytes")
      }
    }
  }
}
