package io.sluice.download;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on the loopback interface that sends exactly the bytes it is told, also wrong ones. One request a connection. */
public final class RawServer implements AutoCloseable {

    /** A request: its target as it came, and its headers by lower-case names. */
    public record Request(String target, Map<String, String> headers) {
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    /** Writes a whole answer; the connection is closed when it returns. */
    public interface Script {
        void answer(Request request, OutputStream out) throws IOException;
    }

    private final ServerSocket socket;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    /** Clients that have gone away, as some tests have them do: for the debugger. */
    private final List<IOException> faults = new CopyOnWriteArrayList<>();

    public RawServer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    public RawServer on(String target, Script script) {
        scripts.put(target, script);
        return this;
    }

    public List<Request> requests() {
        return requests;
    }

    public int port() {
        return socket.getLocalPort();
    }

    public URI at(String target) {
        return URI.create("http://127.0.0.1:" + port() + target);
    }

    public static void head(OutputStream out, String status, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\nConnection: close\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** An honest server's file, with ranges, an ETag and {@code If-Range}. */
    public static Script file(byte[] bytes, String tag) {
        return (request, out) -> {
            String range = request.header("Range");
            String condition = request.header("If-Range");
            if (range.startsWith("bytes=") && (condition.isEmpty() || condition.equals(tag))) {
                int from = Integer.parseInt(range.substring(6, range.indexOf('-')));
                if (from >= bytes.length) {
                    head(
                            out,
                            "416 Range Not Satisfiable",
                            "Content-Range: bytes */" + bytes.length,
                            "Content-Length: 0");
                    return;
                }
                head(
                        out,
                        "206 Partial Content",
                        "ETag: " + tag,
                        "Content-Length: " + (bytes.length - from),
                        "Content-Range: bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
                out.write(bytes, from, bytes.length - from);
            } else {
                head(out, "200 OK", "ETag: " + tag, "Content-Length: " + bytes.length);
                out.write(bytes);
            }
        };
    }

    /** Each request gets the next script, the last one for all that follow. */
    public static Script inTurn(Script... scripts) {
        var next = new java.util.concurrent.atomic.AtomicInteger();
        return (request, out) -> scripts[Math.min(next.getAndIncrement(), scripts.length - 1)].answer(request, out);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                threads.execute(() -> serve(connection));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = in.readLine();
            if (line == null) {
                return;
            }
            String target = line.split(" ", -1)[1];
            Map<String, String> headers = new TreeMap<>();
            for (line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            Request request = new Request(target, headers);
            requests.add(request);
            Script script = scripts.get(target);
            if (script == null) {
                head(connection.getOutputStream(), "404 Not Found", "Content-Length: 9");
                connection.getOutputStream().write("not found".getBytes(StandardCharsets.UTF_8));
            } else {
                script.answer(request, connection.getOutputStream());
            }
            connection.getOutputStream().flush();
        } catch (IOException e) {
            faults.add(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
