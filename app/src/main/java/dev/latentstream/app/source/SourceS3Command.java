package dev.latentstream.app.source;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.TarSource;
import dev.latentstream.ingest.sources.s3.S3Access;
import dev.latentstream.ingest.sources.s3.S3Access.Addressing;
import dev.latentstream.ingest.sources.s3.S3Access.Signing;
import dev.latentstream.ingest.sources.s3.S3Location;
import dev.latentstream.ingest.sources.s3.S3Shards;
import dev.latentstream.ingest.sources.s3.S3Source;
import dev.latentstream.ingest.sources.s3.S3Store;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends the images or the shards of a bucket. */
@Command(
        name = "s3",
        description =
                "Send the images of a bucket whose keys start with a prefix, with their texts as in a folder, or its WebDataset shards."
                        + " Credentials are those that the AWS SDK finds: environment, profile, container, machine.")
final class SourceS3Command implements Callable<Integer> {
    private static final Pattern SHARD =
            Pattern.compile(".*\\.(tar|tgz|tar\\.(gz|zst|bz2))", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SourceOptions options = new SourceOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "LOCATION",
            description =
                    "A prefix, such as s3://bucket/photos/, or shards, such as 's3://bucket/shard-{0000..0099}.tar', in which * stands"
                            + " for any characters but a slash. The source has the last name of the first, unless --name is given.")
    private List<String> locations = List.of();

    @Option(
            names = "--endpoint-url",
            paramLabel = "URL",
            description = "Address of another store than Amazon's, for example http://minio:9000")
    private @Nullable String endpoint;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description =
                    "Region of the bucket. Default: the one that the AWS SDK finds; Amazon's buckets are found in any")
    private @Nullable String region;

    @Option(
            names = "--addressing-style",
            paramLabel = "STYLE",
            description =
                    "Where requests name the bucket: ${COMPLETION-CANDIDATES}. Default: path with --endpoint-url, else virtual (in the"
                            + " host)")
    private @Nullable Addressing addressing;

    @Option(names = "--no-sign-request", description = "Use no credentials: the bucket is public.")
    private boolean unsigned;

    @Override
    public Integer call() throws Exception {
        List<S3Location> all = Usage.requireValid(spec, this::expanded);
        S3Access access = Usage.requireValid(spec, this::access);
        String name = options.name(SourceChoice.nameOf(lastName(all.get(0))));
        int maxBytes = options.settings().ingest().bounds().maxImageBytes();
        try (S3Store store = S3Store.open(access)) {
            options.run(source(name, store, all, maxBytes), spec.commandLine().getOut());
        }
        return 0;
    }

    private List<S3Location> expanded() {
        return locations.stream()
                .flatMap(location -> ShardPaths.names(location).stream())
                .map(S3Location::parse)
                .toList();
    }

    private ImageSource source(String name, S3Store store, List<S3Location> all, int maxBytes) throws IOException {
        boolean shards =
                all.stream().allMatch(location -> SHARD.matcher(location.key()).matches());
        if (!shards && all.size() > 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%d locations are neither one prefix nor shards alone (.tar, .tgz, .tar.gz, .tar.zst, .tar.bz2)"
                            .formatted(all.size()));
        }
        if (!shards) {
            return new S3Source(name, store, all.get(0), options.extensions(), maxBytes);
        }
        try {
            return TarSource.ofInputs(name, S3Shards.of(store, all), options.extensions(), maxBytes);
        } catch (IllegalArgumentException none) {
            throw new ParameterException(spec.commandLine(), String.valueOf(none.getMessage()), none);
        }
    }

    private S3Access access() {
        Addressing usual = endpoint == null ? Addressing.VIRTUAL : Addressing.PATH;
        return new S3Access(
                Optional.ofNullable(endpoint).map(S3Access::endpoint),
                Optional.ofNullable(region),
                addressing == null ? usual : addressing,
                unsigned ? Signing.ANONYMOUS : Signing.SIGNED);
    }

    /** Returns the last folder of a prefix, or the folder of a shard; of neither, the bucket. */
    private static String lastName(S3Location location) {
        String folders = location.key().substring(0, location.key().lastIndexOf('/') + 1);
        String[] names = (location.bucket() + "/" + folders).split("/+", 0);
        return names[names.length - 1];
    }
}
