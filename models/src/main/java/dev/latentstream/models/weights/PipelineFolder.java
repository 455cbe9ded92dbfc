package dev.latentstream.models.weights;

import java.nio.file.Files;
import java.nio.file.Path;

/** A pipeline of diffusers: a folder with a subfolder for each network. */
public final class PipelineFolder {
    private PipelineFolder() {}

    /** Returns the first of these subfolders that exists, where the folder is a pipeline's; else the folder itself. */
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
