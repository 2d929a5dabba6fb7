@testable import SnapshotFormats
import Testing

struct FreeMemoryTests {
  @Test func `what the machine can give is in kilobytes`() {
    #expect(FreeMemory.available(in: "MemTotal: 9 kB\nMemAvailable:   1024 kB\n") == 1 << 20)
    #expect(FreeMemory.available(in: "") == 2 << 30)
    #expect(FreeMemory.available(in: "MemAvailable: 9223372036854775807 kB") == 2 << 30)
  }

  @Test func `all groups around ours count`() {
    #expect(
      FreeMemory.directories(in: "0::/system.slice/app.service\n") == [
        "/sys/fs/cgroup", "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/system.slice/app.service",
      ])
    #expect(
      FreeMemory.directories(in: "4:cpu,memory:/docker/1f\n3:cpuset:/other\n") == [
        "/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/docker", "/sys/fs/cgroup/memory/docker/1f",
      ])
    #expect(FreeMemory.directories(in: "0::/../../x\nnonsense\n") == ["/sys/fs/cgroup", "/sys/fs/cgroup/x"])
  }

  @Test func `some memory is free`() {
    #expect(FreeMemory.byteCount > 0)
  }
}
