package dev.latentstream.models.weights;

import java.nio.file.Files;
import java.nio.file.Path;

/** A pipeline as diffusers keeps one: a folder of folders, one for each network. */
public final class PipelineFolder {
    private PipelineFolder() {}

    /** The first of these parts that a folder has, where it is a pipeline's; else the folder itself. */
    public static Path part(Path folder, String... names) {
        if (!Files.exists(folder.resolve("config.json"))) {
            for (String name : names) {
                if (Files.exists(folder.resolve(name).resolve("config.json"))) {
                    return folder.resolve(name);
                }
            }
        }
        return folder;
    }
}
