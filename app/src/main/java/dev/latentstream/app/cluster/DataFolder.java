package dev.latentstream.app.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where things lie in the folder that {@code --data} names. */
public record DataFolder(Path path) {
    public DataFolder {
        path = path.toAbsolutePath().normalize();
    }

    /** Makes the folder if it is not there yet. */
    public void create() throws IOException {
        Files.createDirectories(path);
    }

    /** Addresses of the cluster that runs on this folder; absent while none does. */
    public Path clusterFile() {
        return path.resolve("cluster.json");
    }

    /** What sources delivered, a folder for each topic of a cluster. */
    public Path journals() {
        return path.resolve("sources");
    }

    /** What the stages of a demo log. */
    public Path log() {
        return path.resolve("demo.log");
    }

    /** State of the Streams stages. */
    public Path state() {
        return path.resolve("state");
    }

    /** A folder for each training run. */
    public Path training() {
        return path.resolve("training");
    }

    /** The page about the last demo. */
    public Path summary() {
        return path.resolve("summary.html");
    }

    /** Latents that the last demo decoded again. */
    public Path decoded() {
        return path.resolve("decoded.png");
    }

    /** What the broker logs. */
    public Path brokerLog() {
        return path.resolve("broker.log");
    }

    /** What the broker's Java machine prints, mostly nothing. */
    Path brokerOutput() {
        return path.resolve("broker.out");
    }

    Path serverProperties() {
        return path.resolve("server.properties");
    }

    Path lock() {
        return path.resolve("broker.lock");
    }

    Path kafka() {
        return path.resolve("kafka");
    }
}
