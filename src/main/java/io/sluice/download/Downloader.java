package io.sluice.download;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Flow;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;

/**
 * Downloads files over https, http or from a local address. A download that breaks is resumed where the server can; one that was
 * resumed and does not fit is made once more from its beginning. Server faults, time-outs and cuts are met with patience, everything
 * else is an error at once. Redirects are followed, but never from https to http. Thread-safe.
 */
public final class Downloader {
    /** More than the longest honest chain: a release page, its storage, and a few in between. */
    private static final int REDIRECTS = 10;
    /** An attempt that brought less than this brought nothing, so that a server which feeds crumbs is given up. */
    private static final long CRUMB = 1 << 16;

    private static final int BUFFER = 1 << 16;
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18}|\\*)");

    private final HttpClient client;
    private final Patience patience;

    /** @param environment variables of the process, which may name proxies */
    public Downloader(Patience patience, Map<String, String> environment) {
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience.connect())
                .proxy(new EnvironmentProxies(environment, ProxySelector.getDefault()))
                .build();
    }

    /** Worth another attempt. */
    private static final class Interruption extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Optional<Duration> wait;

        Interruption(String message, Optional<Duration> wait) {
            super(message);
            this.wait = wait;
        }
    }

    /** What came is not what was wanted. */
    private static final class Mismatch extends Exception {
        private static final long serialVersionUID = 1;

        Mismatch(String message) {
            super(message);
        }
    }

    /** A server's answer, its body not read yet. */
    private record Answer(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, BodyStream body)
            implements AutoCloseable {
        int status() {
            return response.statusCode();
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        OptionalLong length() {
            return header("Content-Length").filter(text -> text.matches("\\d{1,18}")).stream()
                    .mapToLong(Long::parseLong)
                    .findFirst();
        }

        @Override
        public void close() {
            body.close();
        }
    }

    /**
     * Downloads a file, or the rest of it.
     *
     * @throws DownloadException if it cannot be had; what came of it stays for the next time where it can be resumed
     * @throws InterruptedException if the thread was interrupted; as above
     */
    public Got fetch(Wanted wanted, Progress progress) throws DownloadException, InterruptedException {
        try (Partial part = Partial.open(wanted.target(), wanted.address())) {
            Got got = "file".equals(wanted.address().getScheme())
                    ? copy(wanted, part, progress)
                    : download(wanted, part, progress);
            part.finish();
            return got;
        }
    }

    private Got copy(Wanted wanted, Partial part, Progress progress) throws DownloadException {
        part.restart(Optional.empty());
        try (InputStream in = Files.newInputStream(Path.of(wanted.address()))) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                part.append(buffer, read);
                progress.at(part.size(), wanted.bytes());
            }
            return check(wanted, part);
        } catch (Mismatch e) {
            part.restart(Optional.empty());
            throw new DownloadException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new DownloadException(
                    "there is no file at " + wanted.address() + " for '" + wanted.target() + "'", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new DownloadException(wanted.address() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Got download(Wanted wanted, Partial part, Progress progress)
            throws DownloadException, InterruptedException {
        int failed = 0;
        boolean startedOver = false;
        long most = part.size();
        while (true) {
            try {
                attempt(wanted, part, progress);
                return check(wanted, part);
            } catch (Mismatch e) {
                boolean mended = part.isResumed() && !startedOver;
                part.restart(Optional.empty());
                if (!mended) {
                    throw new DownloadException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
                }
                startedOver = true;
                progress.note("the parts do not fit together: from the beginning again");
            } catch (Interruption e) {
                failed = part.size() - most >= CRUMB ? 1 : failed + 1;
                most = Math.max(most, part.size());
                if (failed >= patience.attempts()) {
                    throw new DownloadException(
                            host(wanted) + ": " + e.getMessage() + ", " + failed
                                    + " times in a row; run the command again later, or name a mirror",
                            e);
                }
                Duration wait = e.wait.orElse(patience.before(failed));
                progress.note(
                        host(wanted) + ": " + e.getMessage() + "; again in " + Math.max(1, wait.toSeconds()) + " s");
                // What a server needs is time; there is nothing else to wait on.
                Thread.sleep(wait.toMillis());
            }
        }
    }

    /** Has the whole file in {@code part} when it returns, as far as the server knows. */
    private void attempt(Wanted wanted, Partial part, Progress progress)
            throws DownloadException, Interruption, Mismatch, InterruptedException {
        if ((part.size() > 0 && part.validator().isEmpty())
                || (wanted.bytes().isPresent() && part.size() > wanted.bytes().getAsLong())) {
            part.restart(Optional.empty());
        }
        if (part.size() > 0
                && wanted.bytes().isPresent()
                && part.size() == wanted.bytes().getAsLong()) {
            part.resume();
            return;
        }
        long offset = part.size();
        Answer answer = ask(wanted, part);
        try (answer) {
            switch (answer.status()) {
                case 200 -> whole(wanted, part, progress, answer, offset);
                case 206 -> rest(wanted, part, progress, answer, offset);
                case 416 -> {
                    if (offset > 0
                            && range(answer)
                                    .filter(range -> range.total() == offset)
                                    .isPresent()) {
                        part.resume();
                        return;
                    }
                    part.restart(Optional.empty());
                    throw new Interruption("refuses the rest of the file (416)", Optional.of(Duration.ZERO));
                }
                default -> throw refused(wanted, answer);
            }
        } catch (InterruptedIOException e) {
            throw interrupted(e);
        } catch (IOException e) {
            throw new Interruption(
                    "broke off after " + Bytes.text(part.size()) + " (" + e.getMessage() + ")", Optional.empty());
        }
    }

    private Answer ask(Wanted wanted, Partial part) throws DownloadException, Interruption, InterruptedException {
        URI uri = wanted.address();
        for (int hops = 0; hops <= REDIRECTS; hops++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                    .timeout(patience.silence())
                    .header("User-Agent", "Sluice")
                    .header("Accept-Encoding", "identity");
            part.validator()
                    .ifPresent(version -> request.header("Range", "bytes=" + part.size() + "-")
                            .header("If-Range", version));
            Answer answer = send(wanted, request.build());
            if (!List.of(301, 302, 303, 307, 308).contains(answer.status())) {
                return answer;
            }
            answer.close();
            uri = redirected(wanted, uri, answer.header("Location").orElse(""));
        }
        throw new DownloadException(wanted.address() + " redirects more than " + REDIRECTS
                + " times; it is broken there: put the file at '" + wanted.target() + "' by hand, or name a mirror");
    }

    static URI redirected(Wanted wanted, URI from, String location) throws DownloadException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new DownloadException(wanted.address() + " redirects to '" + location + "', which is no address", e);
        }
        String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
        boolean allowed = scheme.equals("https") || (scheme.equals("http") && "http".equals(from.getScheme()));
        if (location.isEmpty() || !allowed || to.getHost() == null) {
            throw new DownloadException(wanted.address() + " redirects to '" + location
                    + "'; allowed: an address with https" + ("http".equals(from.getScheme()) ? " or http" : ""));
        }
        return to;
    }

    private Answer send(Wanted wanted, HttpRequest request)
            throws DownloadException, Interruption, InterruptedException {
        try {
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
                    client.send(request, HttpResponse.BodyHandlers.ofPublisher());
            return new Answer(response, new BodyStream(response.body(), patience.silence()));
        } catch (ConnectException | UnknownHostException e) {
            if (isUnresolved(e)) {
                throw new DownloadException(
                        request.uri().getHost()
                                + " cannot be found: there seems to be no network here. Name a mirror or a proxy"
                                + " (https_proxy), or put the file from " + wanted.address() + " at '" + wanted.target()
                                + "'",
                        e);
            }
            throw new Interruption("cannot be reached", Optional.empty());
        } catch (SSLException e) {
            throw new DownloadException(
                    request.uri().getHost() + " has no connection that can be trusted: " + e.getMessage(), e);
        } catch (InterruptedIOException e) {
            throw interrupted(e);
        } catch (IOException e) {
            throw new Interruption("does not answer (" + e.getMessage() + ")", Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new DownloadException(wanted.address() + " cannot be asked: " + e.getMessage(), e);
        }
    }

    private static boolean isUnresolved(Throwable fault) {
        Throwable cause = fault;
        while (cause != null) {
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static InterruptedException interrupted(InterruptedIOException e) {
        InterruptedException interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }

    /** The server sends the file from its beginning. */
    private void whole(Wanted wanted, Partial part, Progress progress, Answer answer, long offset)
            throws DownloadException, Mismatch, Interruption, IOException {
        if (offset > 0) {
            progress.note(host(wanted) + " has another version or cannot resume: from the beginning again");
        }
        String encoding = answer.header("Content-Encoding").orElse("identity");
        boolean gzip = encoding.equals("gzip") || encoding.equals("x-gzip");
        if (!gzip && !encoding.equals("identity")) {
            throw new DownloadException(wanted.address() + " comes in the encoding '" + encoding + "'; allowed: gzip");
        }
        // Bytes of a compressed answer are counted as they come out, so that its ranges are of no use.
        part.restart(gzip ? Optional.empty() : version(answer));
        OptionalLong length = gzip ? OptionalLong.empty() : answer.length();
        boolean ends = length.isPresent()
                || gzip
                || answer.header("Transfer-Encoding")
                        .orElse("")
                        .toLowerCase(Locale.ROOT)
                        .contains("chunked");
        if (!ends && wanted.bytes().isEmpty() && wanted.sha256().isEmpty()) {
            throw new DownloadException(wanted.address()
                    + ": neither its server nor its manifest says how long it is, so that a broken download could not be told"
                    + " from a whole one; state bytes or sha256 in the manifest");
        }
        receive(wanted, part, progress, gzip ? new GZIPInputStream(answer.body()) : answer.body(), length);
    }

    /** The server sends what was missing. */
    private void rest(Wanted wanted, Partial part, Progress progress, Answer answer, long offset)
            throws DownloadException, Mismatch, Interruption, IOException {
        Range range = range(answer).orElse(new Range(-1, -1));
        boolean tagged = part.validator().filter(text -> text.startsWith("\"")).isPresent();
        boolean sameVersion = answer.header(tagged ? "ETag" : "Last-Modified")
                .map(Optional::of)
                .orElse(part.validator())
                .equals(part.validator());
        boolean plain = answer.header("Content-Encoding").orElse("identity").equals("identity");
        if (offset == 0 || range.start() != offset || !sameVersion || !plain) {
            part.restart(Optional.empty());
            throw new Interruption("sends other bytes than were asked for", Optional.of(Duration.ZERO));
        }
        part.resume();
        progress.note("going on after " + Bytes.text(offset));
        OptionalLong total = range.total() < 0 ? OptionalLong.empty() : OptionalLong.of(range.total());
        receive(wanted, part, progress, answer.body(), total);
    }

    private static void receive(Wanted wanted, Partial part, Progress progress, InputStream in, OptionalLong said)
            throws DownloadException, Mismatch, Interruption, IOException {
        if (said.isPresent()
                && wanted.bytes().isPresent()
                && said.getAsLong() != wanted.bytes().getAsLong()) {
            throw new Mismatch(differs(wanted, "bytes", wanted.bytes().getAsLong(), said.getAsLong()));
        }
        OptionalLong total = wanted.bytes().isPresent() ? wanted.bytes() : said;
        if (total.isPresent()) {
            Disk.demandRoom(wanted.target(), total.getAsLong() - part.size());
        }
        progress.at(part.size(), total);
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            part.append(buffer, read);
            progress.at(part.size(), total);
            if (total.isPresent() && part.size() > total.getAsLong()) {
                throw new Mismatch(differs(wanted, "bytes", total.getAsLong(), "more"));
            }
        }
        if (total.isPresent() && part.size() < total.getAsLong()) {
            throw new Interruption(
                    "broke off after " + Bytes.text(part.size()) + " of " + Bytes.text(total.getAsLong()),
                    Optional.empty());
        }
    }

    private static Got check(Wanted wanted, Partial part) throws Mismatch {
        if (wanted.bytes().isPresent() && wanted.bytes().getAsLong() != part.size()) {
            throw new Mismatch(differs(wanted, "bytes", wanted.bytes().getAsLong(), part.size()));
        }
        String sha256 = part.digest();
        if (wanted.sha256().isPresent() && !wanted.sha256().get().equals(sha256)) {
            throw new Mismatch(differs(wanted, "SHA-256", wanted.sha256().get(), sha256));
        }
        return new Got(part.size(), sha256);
    }

    private static String differs(Wanted wanted, String what, Object expected, Object found) {
        return wanted.address() + " is not the file that was asked for, and was thrown away: expected " + what + " "
                + expected + ", found " + found;
    }

    /** The error that the status is, unless it is worth another attempt. */
    private static DownloadException refused(Wanted wanted, Answer answer) throws Interruption {
        int status = answer.status();
        String by = " (HTTP " + status + ")";
        String hand = "; name a mirror, or put the file at '" + wanted.target() + "' by hand";
        if (status == 408 || status == 425 || status == 429 || status >= 500) {
            Optional<Duration> wait = answer.header("Retry-After")
                    .filter(text -> text.matches("\\d{1,9}"))
                    .map(text -> Patience.bounded(Duration.ofSeconds(Long.parseLong(text))));
            throw new Interruption("is at fault" + by, wait);
        }
        if (status == 404 || status == 410) {
            return new DownloadException("there is no file at " + wanted.address() + by + hand);
        }
        if (status == 401 || status == 403 || status == 407 || status == 451) {
            return new DownloadException("the server does not give " + wanted.address() + " to everybody" + by + hand);
        }
        return new DownloadException("the server does not send " + wanted.address() + by + hand);
    }

    private record Range(long start, long total) {}

    private static Optional<Range> range(Answer answer) {
        Matcher matcher = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String start = matcher.group(1);
        String total = String.valueOf(matcher.group(3));
        return Optional.of(
                new Range(start == null ? -1 : Long.parseLong(start), total.equals("*") ? -1 : Long.parseLong(total)));
    }

    /** What may stand in {@code If-Range}: a strong ETag, else a date (RFC 9110, 13.1.5). */
    private static Optional<String> version(Answer answer) {
        Optional<String> tag = answer.header("ETag").filter(text -> text.startsWith("\""));
        return tag.isPresent() ? tag : answer.header("Last-Modified");
    }

    private static String host(Wanted wanted) {
        return String.valueOf(wanted.address().getHost());
    }
}
