package dev.latentstream.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpListsTheCommandsAndSucceeds() {
        assertThat(run("--help")).isZero();

        String commands = out.toString().split("Commands:\n", -1)[1];
        assertThat(commands.lines().filter(line -> line.matches("  \\S.*")).map(line -> line.strip()
                        .split(" ", -1)[0]))
                .containsExactly(
                        "demo",
                        "broker",
                        "source",
                        "ingest",
                        "score",
                        "caption",
                        "recaption",
                        "encode",
                        "train",
                        "dataset",
                        "compare",
                        "status",
                        "stats",
                        "inspect",
                        "control",
                        "ledger",
                        "remove",
                        "removals",
                        "rejections",
                        "refilter",
                        "dlq",
                        "models",
                        "bench",
                        "kafka");
    }

    @Test
    void noCommandIsAUsageError() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("latentstream: Missing command (see latentstream --help)\n");
    }

    @Test
    void unknownCommandIsAUsageErrorThatNamesIt() {
        assertThat(run("stauts")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("latentstream: Unmatched argument at index 0: 'stauts' (see latentstream --help)\n");
    }

    @Test
    void unknownOptionIsAUsageErrorOfOneLine() {
        assertThat(run("broker", "--colour")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("latentstream broker: Unknown option: '--colour' (see latentstream broker --help)\n");
    }

    @Test
    void unknownKafkaToolIsAUsageErrorThatNamesTheTools() {
        assertThat(run("kafka", "topic", "--list")).isEqualTo(2);
        assertThat(err.toString()).startsWith("latentstream kafka: topic is not one of topics, consumer-groups,");
    }

    @Test
    void benchOfAnUnknownStageIsAUsageErrorThatNamesTheStages() {
        assertThat(run("bench", "--stage", "join")).isEqualTo(2);
        assertThat(err.toString())
                .contains("'join' is not one of fetch, ingest, hostile, scoring, captioning, encoding, trainer, feed");
    }

    @Test
    void benchRefusesNumbersBeforeItStartsAnything() {
        assertThat(run("bench", "--rounds", "0")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("latentstream bench: rounds 0 is not between 1 and 100 (see latentstream bench --help)\n");
    }

    /** No cluster, folder or network exists for these: options are checked first. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo --objects 7 | objects 7 is not between 1 and 6",
                "demo --steps 0 | steps 0 is below 1",
                "demo --scenes -1 | scenes -1 is below 0",
                "demo --resolution 4 | resolution 4 is not in 8 to 4096",
                "demo --http-port 70000 | port 70000 is not between 0 and 65535",
                "demo --registry-port -1 | registry-port -1 is not between 0 and 65535",
                "broker --port 0 | port 0 is not between 1 and 65535",
                "source scenes --objects 0 | 1 to 0 objects are not within 1 to 6",
                "source scenes --count -1 | count -1 is below 0",
                "source scenes --size 7 | size 7 is not between 8 and 4096",
                "source scenes --name a.b | source \"a.b\" is not 1 to 100 letters, digits and hyphens",
                "source folder . --name a_b | source \"a_b\" is not 1 to 100 letters, digits and hyphens",
                "source tar a.tar --name a/b | source \"a/b\" is not 1 to 100 letters, digits and hyphens",
                "ingest --device gpu | gpu is not cpu, gpu0, gpu1, ...",
                "caption --device gpu1000 | gpu1000 is not cpu, gpu0, gpu1, ...",
                "encode --device tpu | tpu is not cpu, gpu0, gpu1, ...",
                "train --device cpu1 | cpu1 is not cpu, gpu0, gpu1, ...",
                "status --interval -1 | interval -1.0 is not between 0.0 and 3600.0",
                "status --interval NaN | interval NaN is not between 0.0 and 3600.0",
                "inspect captions --max 0 | max 0 is below 1",
                "dlq show captions -1 | offset -1 is below 0",
                "dlq show captions 3 --partition -1 | partition -1 is below 0",
                "control set caption --captions 65 | captions_per_image 65 is not between 1 and 64",
                "control set caption --level dense=0 | levels: the weights sum to 0.0, not above 0",
                "control set filter --min-side 0 | min_side 0 is below 1",
                "control set filter --min-score a=2 --max-score a=1 | min_scores a 2.0 is above its max_scores 1.0",
                "control set mixture --alt-text 1.1 | alt_text_probability 1.1 is not between 0.0 and 1.0",
                "control set mixture --weight a=-1 | source_weights a -1.0 is neither 0 nor between 1.0E-9 and 1.0E12",
                "control set mixture --default-weight -1 | default_weight -1.0 is neither 0 nor between 1.0E-9 and 1.0E12",
                "control set mixture --weight a=1e308 --weight b=1e308 | source_weights a 1.0E308 is neither 0 nor between",
                "control set mixture --caption-drop 0.2 --expect-version -1 | expect-version -1 is below 0",
                "control set mixture | Nothing to change: give one or more of --weight, --default-weight, --alt-text, --level, --caption-drop",
                "control set mixture --objective a=-1 | objective_weights a -1.0 is neither 0 nor between 1.0E-9 and 1.0E12",
                "control set mixture --weight web-?*=1 | source_weights: the pattern web-?* has characters other than letters",
                "control set mixture --schedule alt-text=cosine:10-50:1.5 | schedule alt-text-probability 1.5 is not between 0.0 and 1.0",
                "control set mixture --schedule level/dense=linear:50-50:2 | a ramp from step 50 ends at step 50, not after it",
                "control set mixture --schedule weight/a=hold:5-9:2 | schedule source-weight a: hold has one step, not 5 and 9",
                "control set mixture --schedule weight=hold:5:2 | schedule source-weight: a name is missing",
                "control set mixture --schedule weight/a=jump:5:2 | \"jump\" is not one of hold, linear, cosine",
                "control set mixture --schedule weigth/a=hold:5:2 | \"weigth\" is not one of alt-text, caption-drop, default-weight",
                "control set mixture --schedule alt-text=hold:5 | \"alt-text=hold:5\" is not DIAL=SHAPE:STEPS:VALUE",
                "control set mixture --weight b=1 --schedule weight/a=hold:5:2 | its weight is not listed",
                "control set mixture --author ada | Nothing to change: give one or more of --weight",
                "control set filter --source a | Nothing to change: give one or more of --min-side, --max-aspect, --min-score, --max-score",
                "control set caption --data x | Nothing to change: give one or more of --level, --captions, --keep-alt-text",
                "models reconstruct --images . --size 0 | size 0 is not between 8 and 4096",
                "models evaluate vae --scenes 0 | scenes 0 is below 1",
                "models evaluate vae --folder x | --folder applies to backbone",
                "models pretrain vae --steps 0 | steps 0 is below 1",
                "models pretrain captioner --minutes 0 | minutes 0 is not between 1 and 1000000",
                "models pretrain backbone --threads 0 | threads 0 is not between 1 and 1024",
                "demo --from-scratch --backbone sdxl | --from-scratch applies to the default network; --backbone names another",
                "train --backbone scenes-unet --scale tiny | scale TINY applies to a network without weights",
                "train --backbone sdxl-c1 | no network is named sdxl-c1; there are sd2, ",
                "demo --backbone sdxl-c1 | no network is named sdxl-c1; there are sd2, ",
                "compare --backbones sd2,pixart-xl | give one of --runs, --dataset, --replay",
                "compare --dataset d --replay r --backbones sd2,pixart-xl | give one of --runs, --dataset, --replay",
                "compare --dataset d --backbones sd2 | --backbones needs at least two networks, separated by commas",
                "compare --dataset d --backbones sd2,sd2 | two networks would be trained as the run compare-d-sd2; name each one once",
                "compare --dataset d --backbones sd2,sd3 | no network is named sd3; there are sd2, ",
                "compare --dataset d --backbones sd2,pixart-xl --steps 0 | steps 0 is below 1",
                "compare --dataset d --backbones sd2,pixart-xl --name a.b | the run a.b-sd2 has not 1 to 100 letters, digits and hyphens",
                "compare --runs a,b --steps 3 | --runs compares runs that exist; --dataset, --replay, --backbones, --steps",
                "compare --runs a | --runs needs at least two runs, separated by commas, each one once",
                "compare --runs a,b,a | --runs needs at least two runs, separated by commas, each one once",
                "bench --threads 0 | threads 0 is not between 1 and 1024",
                "bench models --threads 0 | threads 0 is not between 1 and 1024",
                "bench models --micro-batch -1 | a micro-batch of -1 samples; 0 for all at once"
            })
    void aValueOutOfItsBoundsIsAUsageError(String command, String message) {
        assertThat(run(command.split(" "))).isEqualTo(2);
        assertThat(err.toString()).hasLineCount(1).contains(message, " --help)");
    }

    @Test
    void aValueOutOfItsBoundsInASettingsFileIsAFailure() throws IOException {
        Path file = Files.writeString(folder.resolve("pipeline.yaml"), "encoder: {resolution: 4}");

        assertThat(run("encode", "--config", file.toString())).isEqualTo(1);
        assertThat(err.toString()).startsWith("latentstream: ").contains("resolution 4 is not in 8 to 4096");
    }

    /** Kafka's clients would try for a minute. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "control show",
                "control set mixture --alt-text 0.5",
                "inspect captions",
                "status --json"
            })
    void aClusterThatCannotBeReachedIsNamedAtOnce(String command) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path file = Files.writeString(
                folder.resolve("pipeline.yaml"), "kafka: {bootstrap-servers: '127.0.0.1:%d'}".formatted(port));

        assertThat(run((command + " --config " + file).split(" "))).isEqualTo(1);
        assertThat(err.toString())
                .hasLineCount(1)
                .contains("no Kafka broker can be reached at 127.0.0.1:%d (Connection refused); start one with"
                        .formatted(port));
    }

    @Test
    void aRunOnTwoSequencesIsAUsageErrorAsArePassesOverNoDataset() {
        assertThat(run("train", "--replay", "a", "--dataset", "b")).isEqualTo(2);
        assertThat(err.toString()).contains("replay a and dataset b: a run trains on one of them");

        assertThat(run("train", "--epochs", "3")).isEqualTo(2);
        assertThat(run("train", "--replay", "a", "--epochs", "3")).isEqualTo(2);
        assertThat(err.toString().lines())
                .endsWith("latentstream train: epochs 3 are of no dataset (see latentstream train --help)");
        assertThat(run("train", "--dataset", "b", "--epochs", "-1")).isEqualTo(2);
    }

    @Test
    void aScaleNeedsTheNameOfANetwork() throws IOException {
        Path file = Files.writeString(folder.resolve("pipeline.yaml"), "encoder: {resolution: 64}");

        assertThat(run("train", "--config", file.toString(), "--scale", "tiny")).isEqualTo(2);
        assertThat(err.toString()).contains("--scale TINY needs the name of a network: --backbone");
    }

    @Test
    void aMissingFolderIsAFailureBeforeAnythingStarts() {
        String missing = folder.resolve("missing").toString();

        assertThat(run("encode", "--vae", missing)).isEqualTo(1);
        assertThat(run("train", "--text-encoder", missing)).isEqualTo(1);
        assertThat(run("demo", "--data", folder.toString(), "--text-encoder", missing))
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .containsOnly("latentstream: %s is not a folder; check the path".formatted(missing));
    }

    @Test
    void takenPortIsOneLineAndExitCodeOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThat(run("broker", "--data", folder.toString(), "--port", port))
                    .isEqualTo(1);
            assertThat(err.toString())
                    .isEqualTo(
                            "latentstream: port %s on 127.0.0.1 is already in use; stop what listens there, or choose another with --port\n"
                                    .formatted(port));
        }
    }

    /** Java writes numbers in the digits and with the separators of the machine's language, in file names and addresses too. */
    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa-IR", "de-DE"})
    void numbersAreTheSameInEveryLanguage(String language) {
        Locale before = Locale.getDefault(Locale.Category.FORMAT);
        Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag(language));
        try {
            assertThat(run("rejections", "list", "--max=-1")).isEqualTo(2);
            assertThat("%d at 127.0.0.1:%d, %,d of %.1f".formatted(1, 9092, 1000, 2.5))
                    .isEqualTo("1 at 127.0.0.1:9092, 1,000 of 2.5");
        } finally {
            Locale.setDefault(Locale.Category.FORMAT, before);
        }
        assertThat(err.toString()).contains("max -1 is not between 0 and 1000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9000", "minio:9000", "http://", "http://a host:9000"})
    void theAddressOfAStoreIsNamedWithAnExample(String endpoint) {
        assertThat(run("source", "s3", "s3://bucket/", "--endpoint-url", endpoint))
                .isEqualTo(2);

        assertThat(err.toString())
                .startsWith("latentstream source s3: endpoint \"%s\" is not an address such as https://host:9000"
                        .formatted(endpoint));
    }

    /** An empty path would be the current folder. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "source folder <>",
                "source watch <>",
                "source tar <>",
                "source tar {a.tar,}",
                "source jsonl <>",
                "source folder . --config <>",
                "status --data <>",
                "demo --images <>",
                "encode --vae <>",
                "ledger export --run a --to <>",
                "remove --reason r --list <>",
                "train --backbone <>",
                "compare --dataset d --backbones sd2,,pixart-xl",
                "bench --images <>"
            })
    void anEmptyPathIsAUsageError(String command) {
        assertThat(run(command.replace("<>", "").split(" ", -1))).isEqualTo(2);

        assertThat(err.toString()).hasLineCount(1).contains("empty");
    }

    @ParameterizedTest
    @CsvSource({"source topic, ''", "source topic, a b/c", "source topic, ..", "inspect, ''", "inspect, a b"})
    void aNameThatNoTopicCanHaveIsAUsageError(String command, String topic) {
        String[] words = (command + " <>").split(" ", -1);
        words[words.length - 1] = topic;

        assertThat(run(words)).isEqualTo(2);

        assertThat(err.toString())
                .startsWith("latentstream %s: topic \"%s\" is not 1 to 249 letters, digits, dots,"
                        .formatted(command, topic));
    }

    @Test
    void stackTraceIsShownOnlyWhenAskedFor() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThat(run("broker", "--data", file.toString())).isEqualTo(1);
        assertThat(err.toString()).hasLineCount(1);

        assertThat(run("broker", "--verbose", "--data", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("\tat dev.latentstream.app.");
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
