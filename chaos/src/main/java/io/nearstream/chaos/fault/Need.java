package io.nearstream.chaos.fault;

/** What a kind of fault needs of the machine. */
public enum Need {
    ROOT("root"),
    NAMESPACES("network namespaces"),
    CGROUP("writable control groups (version 1)"),
    TMPFS("mounting a tmpfs");

    private final String words;

    Need(String words) {
        this.words = words;
    }

    /** For messages. */
    public String words() {
        return words;
    }
}
