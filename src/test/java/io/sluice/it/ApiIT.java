package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.api.ApiSchemas;
import io.sluice.frame.Embedding;
import io.sluice.model.embed.Embedders;
import io.sluice.video.PatternVideo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The method from a video to an export, over HTTP alone; every answer is compared with the document that the service serves. */
final class ApiIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private int port;
    private String token = "";
    private ApiSchemas schemas = new ApiSchemas(JSON.createObjectNode());

    @BeforeEach
    void findPort() throws IOException {
        Files.createDirectories(folder.resolve("inbox/rex"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    private Sluice.Started serve(Sluice sluice) {
        Sluice.Started started = sluice.start("serve", "--port=" + port);
        return started.until("it is ready", () -> {
            try {
                return send(request("/q/health/ready")).statusCode() == 200;
            } catch (IOException notListening) {
                return false;
            }
        });
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofMinutes(2));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** An answer, which is as the document says. */
    private record Answer(int status, HttpResponse<byte[]> response) {
        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new AssertionError(text(), e);
            }
        }

        Answer is(int expected) {
            assertThat(status).as(text()).isEqualTo(expected);
            return this;
        }

        /** A refusal that says so. */
        void refuses(int expected, String... words) {
            is(expected);
            assertThat(response.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
            assertThat(json().path("status").asInt()).isEqualTo(expected);
            assertThat(json().path("detail").asText()).contains(words);
        }
    }

    private Answer ask(HttpRequest.Builder request) throws IOException {
        HttpResponse<byte[]> response = send(request);
        HttpRequest asked = response.request();
        String type = response.headers().firstValue("Content-Type").orElse("");
        assertThat(schemas.faults(
                        asked.method(),
                        asked.uri().getPath(),
                        response.statusCode(),
                        type,
                        type.startsWith("image/") ? "" : new String(response.body(), StandardCharsets.UTF_8)))
                .as(asked.method() + " " + asked.uri())
                .isEmpty();
        return new Answer(response.statusCode(), response);
    }

    private Answer get(String path) throws IOException {
        return ask(request(path));
    }

    private Answer post(String path, String type, String body) throws IOException {
        return ask(request(path).header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Answer post(String path, String json) throws IOException {
        return post(path, "application/json", json);
    }

    private Answer put(String path, String json) throws IOException {
        return ask(request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    private void readDocument() throws IOException {
        HttpResponse<byte[]> document = send(request("/openapi").header("Accept", "application/json"));
        assertThat(document.statusCode()).isEqualTo(200);
        assertThat(document.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        schemas = new ApiSchemas(JSON.readTree(document.body()));
        assertThat(new String(send(request("/openapi")).body(), StandardCharsets.UTF_8))
                .contains("openapi: 3.1.0");
    }

    private JsonNode dataset() throws IOException {
        return get("/api/datasets/rex").is(200).json();
    }

    private JsonNode untilFinished() {
        Awaitility.await("the dataset is finished")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    JsonNode summary = dataset().path("dataset");
                    return summary.path("finished").asBoolean()
                            && summary.path("videos").has("completed");
                });
        try {
            return dataset();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private List<JsonNode> lines(String text) throws IOException {
        List<JsonNode> lines = new java.util.ArrayList<>();
        for (String line : text.lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private Map<String, Embedding> embeddings() throws IOException {
        Map<String, Embedding> embeddings = new TreeMap<>();
        for (String file : Folder.files(folder.resolve("work/frames"), ".f32")) {
            embeddings.put(
                    file.substring(file.lastIndexOf('/') + 1, file.lastIndexOf('.')),
                    Embedding.ofBytes(
                            Files.readAllBytes(folder.resolve("work/frames").resolve(file))));
        }
        return embeddings;
    }

    /** Pictures in the dataset's folder, by id. */
    private Set<String> pictures() {
        Set<String> ids = new TreeSet<>();
        Folder.files(folder.resolve("datasets/rex"), ".jpg")
                .forEach(file -> ids.add(file.substring(file.lastIndexOf('/') + 1, file.lastIndexOf('.'))));
        return ids;
    }

    private static String idOf(JsonNode frame) {
        return frame.path("id").asText();
    }

    private void start(String recipe) throws IOException {
        Files.writeString(folder.resolve("inbox/rex/recipe.yaml"), recipe);
        Path made = folder.resolve("rex.mp4");
        PatternVideo.write(made, 16, 1);
        Files.move(made, folder.resolve("inbox/rex/rex.mp4"));
    }

    @Test
    void the_method_from_a_video_to_an_export() throws Exception {
        Embedders.put(folder.resolve("models"), "tiny-clip-image");
        try (Sluice.Started serve = serve(Sluice.in(folder))) {
            readDocument();
            assertThat(get("/api/datasets").is(200).json().path("datasets")).isEmpty();
            assertThat(get("/api/taste/heads").is(200).json().path("heads")).isEmpty();
            get("/api/datasets/rex").refuses(404, "'rex'", "work folder");

            start("extract: { mode: rate }\nselect: { similarity: 1, cosine: 1 }\nassess: wait\n");
            serve.until("it rests", () -> {
                JsonNode all = get("/api/datasets").is(200).json().path("datasets");
                return all.size() == 1 && all.get(0).path("resting").asBoolean();
            });
            assertThat(post("/api/datasets/rex/continue", "")
                            .is(202)
                            .json()
                            .path("videos")
                            .asInt())
                    .isEqualTo(1);
            JsonNode first = untilFinished();
            post("/api/datasets/rex/continue", "").refuses(409, "'rex'", "does not rest");
            int kept = first.path("dataset").path("kept").asInt();
            assertThat(kept).isGreaterThan(5).isEqualTo(pictures().size());
            assertThat(first.path("recipe").asText()).contains("select");

            assessed(kept);
            pinned();
            rated();
            captioned();
            exported();
            refused();

            Set<String> answered = new TreeSet<>();
            schemas.seen().forEach(name -> answered.add(name.substring(0, name.lastIndexOf(' '))));
            Set<String> operations = new TreeSet<>();
            schemas.all().forEach(name -> operations.add(name.substring(0, name.lastIndexOf(' '))));
            assertThat(answered).isEqualTo(operations);
            Set<String> notSeen = new TreeSet<>(schemas.all());
            notSeen.removeAll(schemas.seen());
            System.out.println("answers of the document that were not seen: " + notSeen);
            assertThat(notSeen).noneMatch(name -> name.matches(".* 20[0-9]"));
        }
        try (Sluice.Started again = serve(Sluice.in(folder))) {
            JsonNode exports = get("/api/datasets/rex/exports").is(200).json().path("exports");
            assertThat(exports).hasSize(1);
            assertThat(exports.get(0).path("state").asText()).isEqualTo("complete");
            assertThat(again.isAlive()).isTrue();
        }
    }

    /** What if, then so. */
    private void assessed(int kept) throws IOException {
        JsonNode plain = get("/api/datasets/rex/assessment").is(200).json();
        assertThat(plain.path("kept").asInt()).isEqualTo(kept);
        assertThat(plain.has("whatIf")).isFalse();
        double median = stream(plain.path("filters"))
                .filter(filter -> filter.path("key").asText().equals("blur.threshold"))
                .findFirst()
                .orElseThrow()
                .path("quantiles")
                .path("50")
                .asDouble();
        JsonNode tried = get("/api/datasets/rex/assessment?set=blur.threshold=" + median
                        + "&set=aesthetic.keepBest=0.9&goal=5")
                .is(200)
                .json();
        Set<String> wanted = texts(tried.path("whatIf").path("keptFrames"));
        assertThat(wanted).isNotEmpty().hasSizeLessThan(kept);
        assertThat(tried.path("suggestions")).isNotEmpty();
        assertThat(pictures()).as("nothing was changed").hasSize(kept);

        Answer adjusted = post(
                        "/api/datasets/rex/adjust",
                        "{\"set\":{\"blur.threshold\":" + median + ",\"aesthetic.keepBest\":\"0.9\"}}")
                .is(202);
        assertThat(adjusted.response().headers().firstValue("Location")).hasValue("/api/datasets/rex");
        assertThat(texts(adjusted.json().path("demoted")))
                .isEqualTo(texts(tried.path("whatIf").path("demoted")))
                .isNotEmpty();
        untilFinished();
        assertThat(pictures()).isEqualTo(wanted);
    }

    /** A person's word on frames, and their pictures. */
    private void pinned() throws IOException {
        JsonNode page =
                get("/api/datasets/rex/frames?stage=blur&verdict=rejected&reason=blurred&sort=sharpness&limit=3")
                        .is(200)
                        .json();
        assertThat(page.path("total").asInt()).isGreaterThan(3);
        assertThat(page.path("next").asInt()).isEqualTo(3);
        assertThat(page.path("frames")).hasSize(3);
        List<Double> scores = stream(page.path("frames"))
                .map(frame -> frame.path("sharpness").asDouble())
                .toList();
        assertThat(scores).isSorted();
        JsonNode second =
                get("/api/datasets/rex/frames?stage=blur&verdict=rejected&reason=blurred&sort=sharpness&limit=3&offset=3")
                        .is(200)
                        .json();
        assertThat(idOf(second.path("frames").get(0)))
                .isNotIn(stream(page.path("frames")).map(ApiIT::idOf).toList());
        String out = idOf(page.path("frames").get(0));
        String in = pictures().iterator().next();

        // It has not been past blur, so the next stage measures it first.
        assertThat(put("/api/datasets/rex/frames/" + out + "/edit", "{\"edit\":\"pin\"}")
                        .is(202)
                        .json()
                        .path("waiting")
                        .path("detect")
                        .asInt())
                .isEqualTo(1);
        post("/api/datasets/rex/edits", "{\"edit\":\"veto\",\"frames\":[\"" + in + "\"]}")
                .is(202);
        untilFinished();
        assertThat(pictures()).contains(out).doesNotContain(in);
        JsonNode frame = get("/api/datasets/rex/frames/" + out).is(200).json();
        assertThat(frame.path("inDataset").asBoolean()).isTrue();
        assertThat(frame.path("edit").asText()).isEqualTo("pin");
        assertThat(get("/api/datasets/rex/frames?edit=veto")
                        .is(200)
                        .json()
                        .path("total")
                        .asInt())
                .isEqualTo(1);
        assertThat(dataset().path("pinned").asInt()).isEqualTo(1);
        assertThat(dataset().path("vetoed").asInt()).isEqualTo(1);

        Answer picture = get(frame.path("picture").asText()).is(200);
        String file = Folder.files(folder.resolve("datasets/rex"), out + ".jpg").get(0);
        assertThat(picture.response().body()).isEqualTo(Files.readAllBytes(folder.resolve("datasets/rex/" + file)));
        String tag = picture.response().headers().firstValue("ETag").orElseThrow();
        assertThat(tag).isEqualTo("\"" + sha256(picture.response().body()) + "\"");
        ask(request(frame.path("picture").asText()).header("If-None-Match", tag))
                .is(304);
        get(frame.path("picture").asText() + "?extracted=true").is(200);

        ask(request("/api/datasets/rex/frames/" + out + "/edit").DELETE()).is(202);
        post("/api/datasets/rex/edits", "{\"edit\":\"none\",\"frames\":[\"" + in + "\"]}")
                .is(202);
        untilFinished();
        assertThat(pictures()).contains(in).doesNotContain(out);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Likes one number of the embeddings, and gets frames that have more of it. */
    private void rated() throws IOException {
        Map<String, Embedding> embeddings = embeddings();
        int liked = widest(embeddings);
        List<String> frames = List.copyOf(embeddings.keySet());
        post(
                        "/api/datasets/rex/ratings",
                        "[{\"frame\":\"" + frames.get(0) + "\",\"rating\":5},{\"frame\":\"" + frames.get(1)
                                + "\",\"rating\":11}]")
                .refuses(400, "line 2", "'11.0'", "1 to 10");
        post("/api/datasets/rex/ratings", "text/csv", "frame,rating\n" + frames.get(0) + ",5\n")
                .is(200);
        post("/api/datasets/rex/taste/train", "{}").refuses(409, "'rex'", "too few ratings yet", "nothing was written");

        double least = embeddings.values().stream()
                .mapToDouble(e -> e.value(liked))
                .min()
                .orElseThrow();
        double most = embeddings.values().stream()
                .mapToDouble(e -> e.value(liked))
                .max()
                .orElseThrow();
        ArrayNode opinions = JSON.createArrayNode();
        embeddings.forEach((frame, embedding) -> opinions.addObject()
                .put("frame", frame)
                .put("rating", 1 + 9 * (embedding.value(liked) - least) / (most - least)));
        ObjectNode pair = opinions.addObject();
        boolean firstIsBetter = value(embeddings, frames.get(0), liked) > value(embeddings, frames.get(1), liked);
        pair.put("better", frames.get(firstIsBetter ? 0 : 1))
                .put("worse", frames.get(firstIsBetter ? 1 : 0))
                .put("rater", "ann");
        JsonNode taken = post("/api/datasets/rex/ratings?rater=bob", opinions.toString())
                .is(200)
                .json();
        assertThat(taken.path("ratings").asInt()).isEqualTo(embeddings.size());
        assertThat(taken.path("allRatings").asInt()).isEqualTo(embeddings.size() + 1);
        JsonNode said = get("/api/datasets/rex/ratings").is(200).json();
        assertThat(said.path("ratings")).hasSize(embeddings.size() + 1);
        assertThat(said.path("preferences").get(0).path("rater").asText()).isEqualTo("ann");

        long start = System.nanoTime();
        Answer trained =
                post("/api/datasets/rex/taste/train", "{\"name\":\"mine\"}").is(201);
        System.out.printf(
                "trained on %d ratings in %.2f s%n", embeddings.size() + 1, (System.nanoTime() - start) / 1e9);
        assertThat(trained.json().path("id").asText()).isEqualTo("taste-mine-1");
        assertThat(trained.json()
                        .path("evidence")
                        .path("spearman")
                        .path("value")
                        .asDouble())
                .isGreaterThan(0.8);
        assertThat(get("/api/taste/heads")
                        .is(200)
                        .json()
                        .path("heads")
                        .get(0)
                        .path("name")
                        .asText())
                .isEqualTo("mine");

        Set<String> before = pictures();
        post(
                        "/api/datasets/rex/adjust",
                        "{\"set\":{\"aesthetic.method\":\"taste-mine\",\"aesthetic.keepBest\":0.3,\"blur.threshold\":\"auto\"}}")
                .is(202);
        get("/api/datasets/rex/captions").refuses(409, "'rex'", "not finished");
        post("/api/datasets/rex/exports", "{\"layout\":\"jsonl\"}").refuses(409, "'rex'", "not finished");
        untilFinished();
        assertThat(pictures()).isNotEmpty().isNotEqualTo(before);
        assertThat(mean(pictures(), embeddings, liked)).isGreaterThan(mean(before, embeddings, liked));
        JsonNode best = get("/api/datasets/rex/frames?sort=aesthetic&descending=true&limit=1")
                .is(200)
                .json()
                .path("frames")
                .get(0);
        assertThat(best.path("scorer").asText()).isEqualTo("taste-mine-1");
    }

    private static double value(Map<String, Embedding> embeddings, String frame, int number) {
        return Objects.requireNonNull(embeddings.get(frame)).value(number);
    }

    private static double mean(Set<String> frames, Map<String, Embedding> embeddings, int number) {
        return frames.stream()
                .mapToDouble(frame -> value(embeddings, frame, number))
                .average()
                .orElseThrow();
    }

    private static int widest(Map<String, Embedding> embeddings) {
        int widest = 0;
        double most = -1;
        for (int i = 0; i < embeddings.values().iterator().next().size(); i++) {
            int number = i;
            var values = embeddings.values().stream()
                    .mapToDouble(embedding -> embedding.value(number))
                    .summaryStatistics();
            if (values.getMax() - values.getMin() > most) {
                most = values.getMax() - values.getMin();
                widest = i;
            }
        }
        return widest;
    }

    /** A person's captions. */
    private void captioned() throws IOException {
        List<JsonNode> captions =
                lines(get("/api/datasets/rex/captions").is(200).text());
        assertThat(captions).hasSameSizeAs(pictures()).hasSizeGreaterThan(2);
        String one = captions.get(0).path("frame").asText();
        String other = captions.get(1).path("frame").asText();
        assertThat(put("/api/datasets/rex/frames/" + one + "/caption", "{\"caption\":\" striped, by a person \"}")
                        .is(200)
                        .json()
                        .path("edited")
                        .asBoolean())
                .isTrue();
        assertThat(get("/api/datasets/rex/frames/" + one + "/caption")
                        .is(200)
                        .json()
                        .path("caption")
                        .asText())
                .isEqualTo("striped, by a person");
        put("/api/datasets/rex/frames/" + one + "/caption", "{\"caption\":\"two\\nlines\"}")
                .refuses(400, one, "line breaks");
        post("/api/datasets/rex/captions", "application/x-ndjson", "{\"frame\":\"" + other + "\",\"caption\":\"\"}\n")
                .refuses(400, "line 1", other, "empty");
        JsonNode taken = post("/api/datasets/rex/captions", "text/csv", "frame,caption\n" + other + ",striped ground\n")
                .is(200)
                .json();
        assertThat(taken.path("changed").asInt()).isEqualTo(1);

        JsonNode dry = post(
                        "/api/datasets/rex/captions/replace",
                        "{\"find\":\"striped\",\"replace\":\"checked\",\"dryRun\":true}")
                .is(200)
                .json();
        assertThat(dry.path("changes")).hasSize(2);
        assertThat(get("/api/datasets/rex/frames/" + one + "/caption")
                        .json()
                        .path("caption")
                        .asText())
                .startsWith("striped");
        post("/api/datasets/rex/captions/replace", "{\"find\":\"str(ip)ed\",\"replace\":\"$1\",\"regex\":true}")
                .is(200);
        String csv = ask(request("/api/datasets/rex/captions").header("Accept", "text/csv"))
                .is(200)
                .text();
        assertThat(csv).startsWith("frame,file,caption,machine\n").contains("ip ground");
        JsonNode statistics =
                get("/api/datasets/rex/captions/statistics").is(200).json();
        assertThat(statistics.path("edited").asInt()).isEqualTo(2);
        assertThat(stream(statistics.path("words"))
                        .map(word -> word.path("text").asText()))
                .contains("ip");
        assertThat(lines(get("/api/datasets/rex/captions/pairs").is(200).text()))
                .extracting(line -> line.path("human").asText())
                .containsExactlyInAnyOrder("ip, by a person", "ip ground");
        assertThat(Folder.files(folder.resolve("datasets/rex"), one + ".txt"))
                .singleElement()
                .satisfies(file ->
                        assertThat(folder.resolve("datasets/rex/" + file)).hasContent("ip, by a person"));
    }

    private void exported() throws IOException {
        Answer started = post(
                        "/api/datasets/rex/exports",
                        "{\"layout\":\"webdataset\",\"name\":\"shards\",\"resolutions\":[\"512\"],\"balanced\":true}")
                .is(202);
        String place = started.response().headers().firstValue("Location").orElseThrow();
        assertThat(place).isEqualTo("/api/datasets/rex/exports/shards");
        Awaitility.await("the export has ended")
                .atMost(Duration.ofMinutes(1))
                .until(() -> !Set.of("waiting", "running")
                        .contains(get(place).is(200).json().path("state").asText()));
        JsonNode export = get(place).is(200).json();
        assertThat(export.path("state").asText()).as(export.toString()).isEqualTo("complete");
        assertThat(export.path("pictures").asInt()).isEqualTo(pictures().size());
        assertThat(export.path("concepts").get(0).path("pictures").asInt())
                .isEqualTo(pictures().size());
        assertThat(export.path("buckets").get(0).path("settings").path("width").asInt())
                .isEqualTo(512);
        assertThat(folder.resolve("exports/rex/shards/00000.tar")).isNotEmptyFile();
        assertThat(get("/api/datasets/rex/exports").is(200).json().path("exports"))
                .hasSize(1);
        post("/api/datasets/rex/exports", "{\"layout\":\"kohya\",\"name\":\"shards\"}")
                .refuses(409, "'shards'", "'webdataset'");
        post("/api/datasets/rex/exports", "{\"layout\":\"kohya\",\"masks\":true}")
                .refuses(400, "masks: ", "no subject");
        post("/api/datasets/rex/exports", "{\"layout\":\"kohya\",\"bucketStep\":0}")
                .refuses(400, "bucketStep: '0'");
        for (String name : List.of("..", "../up", "/tmp/x", "a/b", "")) {
            post("/api/datasets/rex/exports", "{\"layout\":\"kohya\",\"name\":\"" + name + "\"}")
                    .refuses(400, "name: '" + name + "'", "letters");
        }
        post("/api/datasets/rex/exports", "{\"layout\":\"kohya\",\"with\":[\"nobody\"]}")
                .refuses(404, "'nobody'");
        post("/api/datasets/rex/exports", "{\"layout\":\"kohya\",\"with\":[\"rex\"]}")
                .refuses(400, "'rex, rex'", "each once");
        get("/api/datasets/rex/exports/none").refuses(404, "'none'");
        assertThat(Folder.files(folder.resolve("exports"))).allMatch(file -> file.startsWith("rex/shards/"));
    }

    /** What is wrong is named, and changes nothing. */
    private void refused() throws IOException {
        String nobody = "0123456789abcdef_0_p000000000000_0";
        String somebody = pictures().iterator().next();
        Files.copy(
                folder.resolve("datasets/rex/"
                        + Folder.files(folder.resolve("datasets/rex"), ".jpg").get(0)),
                folder.resolve("secret.jpg"));
        JsonNode before = dataset();

        get("/api/datasets/none").refuses(404, "'none'");
        get("/api/datasets/rex/frames/" + nobody).refuses(404, nobody);
        get("/api/datasets/rex/frames/nonsense").refuses(404, "nonsense");
        get("/api/datasets/rex/frames/" + nobody + "/picture").refuses(404, nobody);
        get("/api/datasets/rex/frames/" + nobody + "/caption").refuses(404, nobody);
        put("/api/datasets/rex/frames/" + nobody + "/edit", "{\"edit\":\"pin\"}")
                .refuses(404, nobody);
        put("/api/datasets/rex/frames/" + somebody + "/edit", "{\"edit\":\"keep\"}")
                .refuses(400, "edit: 'keep'", "pin, veto");
        post("/api/datasets/rex/edits", "{\"edit\":\"pin\",\"frames\":[\"" + somebody + "\",\"" + nobody + "\"]}")
                .refuses(404, nobody);
        post("/api/datasets/rex/edits", "{\"edit\":\"pin\",\"frames\":[]}").refuses(400, "frames", "1 to 1000");
        get("/api/datasets/rex/frames?limit=0").refuses(400, "limit: '0'", "1 to 1000");
        get("/api/datasets/rex/frames?offset=x").refuses(400, "offset: 'x'");
        get("/api/datasets/rex/frames?sort=size").refuses(400, "sort: 'size'", "time, sharpness, aesthetic");
        get("/api/datasets/rex/assessment?goal=some").refuses(400, "goal: 'some'", "whole number");
        get("/api/datasets/rex/assessment?goal=5&goalPerVideo=5").refuses(400, "goal and goalPerVideo");
        get("/api/datasets/rex/assessment?set=blur.threshold").refuses(400, "set: 'blur.threshold'", "key=value");
        get("/api/datasets/rex/assessment?set=blur.treshold=1").refuses(400, "blur.treshold");
        get("/api/datasets/rex/assessment?set=detect.like=%5Bsecret.jpg%5D")
                .refuses(400, "detect.like", "may not name files");
        post("/api/datasets/rex/adjust", "{\"set\":{\"detect\":\"{like: [secret.jpg]}\"}}")
                .refuses(400, "detect.like", "may not name files");
        post("/api/datasets/rex/adjust", "{\"set\":{\"detect.like\":[\"secret.jpg\"]}}")
                .refuses(400, "detect.like", "may not name files");
        post("/api/datasets/rex/adjust", "{\"set\":{\"blur.threshold\":7}}").refuses(400, "blur.threshold", "'7'");
        post("/api/datasets/rex/adjust", "{\"set\":{\"extract.mode\":\"scene\"}}")
                .refuses(400, "extract.mode");
        post("/api/datasets/rex/adjust", "{\"set\":{}}").refuses(400, "set: '{}'");
        post("/api/datasets/rex/adjust", "{\"sets\":{}}").refuses(400, "sets", "[set]");
        post("/api/datasets/rex/adjust", "{\"set\":").refuses(400, "body");
        post("/api/datasets/rex/adjust", "").refuses(400, "body");
        post("/api/datasets/rex/adjust", "null").refuses(400, "body");
        post("/api/datasets/rex/adjust", "text/plain", "{\"set\":{\"blur.threshold\":0.1}}")
                .is(415);
        post("/api/datasets/rex/captions/replace", "{\"find\":\"(\",\"replace\":\"\",\"regex\":true}")
                .refuses(400, "'('");
        post("/api/datasets/rex/captions/replace", "{\"find\":\"a\"}").refuses(400, "replace: it is missing");
        post("/api/datasets/rex/taste/train", "{\"name\":\"../x\"}").refuses(400, "'../x'", "lower-case");
        post("/api/datasets/rex/exports", "{\"layout\":\"tar\"}").refuses(400, "layout: 'tar'", "webdataset");
        ask(request("/api/datasets").header("Origin", "http://example.org")).refuses(403, "example.org");

        for (String path : List.of(
                "/api/nothing",
                "/api/datasets/..%2F..%2Fwork",
                "/api/datasets/rex/frames/..%2F..%2F..%2Fsecret.jpg/picture",
                "/api/datasets/rex/exports/..%2F..%2F..%2Fwork",
                "/api/datasets/../../secret.jpg")) {
            HttpResponse<byte[]> answer = send(request(path));
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
        }
        assertThat(send(request("/api/datasets").DELETE()).statusCode()).isEqualTo(405);
        JsonNode after = dataset();
        assertThat(after.path("recipe")).isEqualTo(before.path("recipe"));
        assertThat(after.path("dataset")).isEqualTo(before.path("dataset"));
        assertThat(after.path("pinned").asInt()).isZero();
    }

    @Test
    void a_token_is_asked_for_and_commands_do_the_same_afterwards() throws Exception {
        start("extract: { mode: rate }\n");
        token = TOKEN;
        String in;
        try (Sluice.Started serve = serve(Sluice.in(folder).with("SLUICE_HTTP_TOKEN", TOKEN))) {
            readDocument();
            serve.until(
                    "it is entered", () -> send(request("/api/datasets/rex")).statusCode() == 200);
            untilFinished();
            in = pictures().iterator().next();
            put("/api/datasets/rex/frames/" + in + "/edit", "{\"edit\":\"veto\"}")
                    .is(202);
            untilFinished();
            assertThat(pictures()).doesNotContain(in);

            token = "";
            get("/api/datasets").refuses(401, "Authorization");
            ask(request("/api/datasets/rex/edits")
                            .header("Authorization", "Bearer " + TOKEN + "x")
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"edit\":\"none\",\"frames\":[\"" + in + "\"]}")))
                    .refuses(401, "Authorization");
            assertThat(send(request("/openapi")).statusCode()).isEqualTo(401);
            serve.terminate();
            serve.await();
        }
        Sluice.in(folder).run("unpin", "rex", in).hasExitCode(0).says("1 frame come in, 0 frames leave");
        assertThat(pictures()).contains(in);
    }
}
