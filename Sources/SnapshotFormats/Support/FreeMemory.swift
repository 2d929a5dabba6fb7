import Glibc

/// The memory that may be used without harm to other processes: what the machine has available, and what the control groups
/// allow.
///
/// A container's limit counts our memory together with that of the process under examination: exceeding it could end both.
package enum FreeMemory {
  /// The number of bytes that may be used.
  static var byteCount: Int {
    min(available(in: SystemFile.text("/proc/meminfo") ?? ""), groups.map { max(0, $0.limit - $0.usage) }.min() ?? .max)
  }

  /// The total number of bytes, used or not: the machine's, or fewer because of a control group's limit.
  package static var totalByteCount: Int {
    let pages = max(0, Int(sysconf(Int32(_SC_PHYS_PAGES))))
    return min(pages * Int(getpagesize()), groups.map(\.limit).min() ?? .max)
  }

  /// Returns the bytes that the kernel could provide without swapping, according to the text of `/proc/meminfo`; 2 GB if it
  /// does not say.
  static func available(in text: String) -> Int {
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 2 << 20
    let (bytes, overflow) = kilobytes.multipliedReportingOverflow(by: 1024)
    return overflow || bytes < 0 ? 2 << 30 : bytes
  }

  /// The limit and the use of each control group that we are in, for both versions of control groups (`cgroups(7)`).
  private static var groups: [(limit: Int, usage: Int)] {
    let files = [("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")]
    return directories(in: SystemFile.text("/proc/self/cgroup") ?? "").flatMap { directory in
      files.compactMap { limit, usage in
        // If there is no limit, version 2 has `max`, and version 1 a number larger than all memory.
        guard let limit = SystemFile.number("\(directory)/\(limit)"),
          let usage = SystemFile.number("\(directory)/\(usage)")
        else { return nil }
        return (max(0, limit), max(0, usage))
      }
    }
  }

  /// Returns the directories of our groups and of their ancestors, according to the text of `/proc/self/cgroup`. In a
  /// container the path may be the host's. Then only the root exists, which is the container's own group.
  static func directories(in text: String) -> [String] {
    var directories: Set<String> = []
    for line in text.split(separator: "\n") {
      // hierarchy:controllers:path, version 2 without controllers.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[1].isEmpty || fields[1].split(separator: ",").contains("memory") else { continue }
      let root = fields[1].isEmpty ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      var path = root
      directories.insert(path)
      for part in fields[2].split(separator: "/").prefix(64) where part != ".." {
        path += "/\(part)"
        directories.insert(path)
      }
    }
    return directories.sorted()
  }
}
