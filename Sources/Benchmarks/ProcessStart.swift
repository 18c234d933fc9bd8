#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// When this process started, to a microsecond or so.
///
/// The kernel tells the start of a process in hundredths of a second only (`starttime` of /proc/self/stat). What it
/// tells exactly is the processor time that the process has used: until `main` there is one thread and, with the
/// program in the page cache, hardly anything to wait for, so that time is the time since the start. It is too short
/// by what the process waited for a processor; a script that starts the process can tell that.
public struct ProcessStart: Sendable {
    /// The start.
    public let instant: ContinuousClock.Instant
    /// From the start to `main`: the program and its libraries are loaded.
    public let untilMain: Duration

    /// The start of this process, taken at the first use: `main` uses it first of all.
    public static let current = ProcessStart()

    private init() {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        untilMain = .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        instant = ContinuousClock.now - untilMain
    }
}
