package io.sluice.broker;

/**
 * Where the embedded broker listens beside its own port, for clients outside this process. Without protection: whoever reaches
 * it can read and write everything.
 *
 * @param host to listen on; a name or address of this machine, or {@code 0.0.0.0} for all of them
 * @param port to listen on
 * @param advertisedHost under which clients reach it
 * @param advertisedPort under which clients reach it
 */
public record Listener(String host, int port, String advertisedHost, int advertisedPort) {
    /** {@code host:port}, as a client names it. */
    public String address() {
        return advertisedHost + ":" + advertisedPort;
    }
}
