package io.sluice.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Between a client and a server: passes bytes on, until it is told to break connections or to answer in the server's place. */
public final class UnreliableProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final AtomicInteger breaks = new AtomicInteger();
    private final AtomicLong breakAfter = new AtomicLong();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger refusal = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    public UnreliableProxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** The next connections break when so many bytes have come from the server. */
    public void breakConnections(int number, long afterBytes) {
        breakAfter.set(afterBytes);
        breaks.set(number);
    }

    /** The next connections get this answer to their first request, and no server. */
    public void refuse(int number, int status) {
        refusal.set(status);
        refusals.set(number);
    }

    public int connections() {
        return connections.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                connections.incrementAndGet();
                if (refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                    daemon(() -> answer(client));
                } else {
                    long limit = breaks.getAndUpdate(n -> Math.max(0, n - 1)) > 0 ? breakAfter.get() : Long.MAX_VALUE;
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    daemon(() -> pass(client, server, Long.MAX_VALUE));
                    daemon(() -> pass(server, client, limit));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket client) {
        try (client) {
            // The head of the request ends with an empty line; a body is left unread.
            InputStream in = client.getInputStream();
            int tail = 0;
            int read = in.read();
            while (read >= 0 && (tail = tail << 8 | read) != 0x0d0a0d0a) {
                read = in.read();
            }
            client.getOutputStream()
                    .write(("HTTP/1.1 " + refusal.get() + " Not now\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
        } catch (IOException gone) {
            System.out.println("proxy: " + gone.getMessage());
        }
    }

    private static void pass(Socket from, Socket to, long limit) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            long passed = 0;
            int read;
            while (passed < limit && (read = in.read(buffer)) >= 0) {
                out.write(buffer, 0, read);
                passed += read;
            }
        } catch (IOException gone) {
            // One side has hung up, which closes the other: that is all there is to do.
            return;
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "unreliable-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
