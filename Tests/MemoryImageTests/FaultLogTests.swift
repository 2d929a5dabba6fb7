import Glibc
@testable import MemoryImage
import Synchronization
import TestSupport
import Testing

struct FaultLogTests {
  private let memory: AddressSpace

  init() throws {
    memory = AddressSpace(regions: [try region(0x10_0000, [UInt8](repeating: 1, count: 16))])
  }

  private func fail(at address: UInt64) {
    #expect(throws: MemoryFault.self) { try memory.load(UInt64.self, at: Address(address)) }
  }

  @Test func `a read that fails is noted while somebody wants to know`() {
    fail(at: 0x20_0000)
    memory.faults.noting(true) {
      fail(at: 0x30_0000)
      fail(at: 0x30_0008)
      memory.faults.noting(false) { fail(at: 0x40_0000) }
      fail(at: 0x50_0000)
    }
    fail(at: 0x60_0000)

    #expect(memory.faults.noted.first == Address(0x30_0000))
    #expect(memory.faults.noted.pageCount == 2)

    memory.faults.reset()

    #expect(memory.faults.noted.first == nil)
  }

  @Test func `a thread's reads are noted if they are made for the answer, whatever another thread does`() {
    memory.faults.noting(true) {
      _ = concurrentMap(count: 8, threadCount: 4) { index in
        memory.faults.noting(index % 2 == 0) { fail(at: 0x30_0000 + UInt64(index) << 12) }
      }
      _ = concurrentMap(count: 2, threadCount: 2) { index in fail(at: 0x40_0000 + UInt64(index) << 12) }
    }
    #expect(memory.faults.noted.pageCount == 4 + 2)
  }

  @Test func `a value that is made on another thread is no part of the answer`() {
    memory.faults.noting(true) {
      let isMade = Atomic(false)
      let made = Deferred {
        fail(at: 0x30_0000)
        isMade.store(true, ordering: .releasing)
      }
      made.begin()
      while !isMade.load(ordering: .acquiring) { sched_yield() }
    }

    #expect(memory.faults.noted.pageCount == 0)
  }

  @Test func `what runs over the end is missing from there on`() {
    memory.faults.noting(true) { fail(at: 0x10_000C) }

    #expect(memory.faults.noted.first == Address(0x10_0010))
  }

  @Test func `what is asked whether it is there, an array and a string count too`() {
    memory.faults.noting(true) {
      #expect(!memory.isMapped(Address(0x20_0000), byteCount: 1))
      #expect((try? memory.array(of: UInt64.self, at: Address(0x30_0000), count: 2)) == nil)
      #expect((try? memory.cString(at: Address(0x10_0000))) == nil)
    }

    #expect(memory.faults.noted.pageCount == 3)
  }

  @Test(arguments: [0, 0x18, 0xFFFF, 0x40_0000_0038, 1 << 57, UInt64.max - 7])
  func `what no process has is not missing`(address: UInt64) {
    memory.faults.noting(true) { fail(at: address) }

    #expect(memory.faults.noted.first == nil)
  }

  @Test func `a count that none can be is not missing memory`() {
    memory.faults.noting(true) {
      #expect((try? memory.array(of: UInt64.self, at: Address(0x20_0000), count: -1)) == nil)
      #expect((try? memory.array(of: UInt64.self, at: Address(0x20_0000), count: .max)) == nil)
      #expect((try? memory.cString(at: Address(0x10_0000), limit: 8)) == nil)
    }

    #expect(memory.faults.noted.first == nil)
  }
}
