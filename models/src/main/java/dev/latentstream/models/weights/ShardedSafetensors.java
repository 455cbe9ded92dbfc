package dev.latentstream.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Several safetensors files with an index that maps each tensor to its file: {@code NAME.safetensors.index.json} of diffusers
 * and transformers.
 *
 * <p>Each tensor must be in the file that the index names, and the files must contain no others.
 */
final class ShardedSafetensors implements TensorStore {
    private final Path index;
    private final Map<String, Safetensors> shardOf;
    private final Set<Safetensors> shards;

    private ShardedSafetensors(Path index, Map<String, Safetensors> shardOf, Set<Safetensors> shards) {
        this.index = index;
        this.shardOf = shardOf;
        this.shards = shards;
    }

    /** @throws IOException where a file cannot be read or does not match the index; the message names the file and the tensor */
    static ShardedSafetensors open(Path index) throws IOException {
        if (Files.size(index) > Safetensors.MAX_HEADER) {
            throw new IOException("%s: an index of %d bytes; at most %d are read"
                    .formatted(index, Files.size(index), Safetensors.MAX_HEADER));
        }
        Map<String, String> fileOf =
                ModelConfig.read(index).section("weight_map").allTexts();
        Map<String, Safetensors> shards = new LinkedHashMap<>();
        try {
            for (String file : new LinkedHashSet<>(fileOf.values())) {
                if (file.contains("/") || file.contains("\\") || !file.endsWith(".safetensors")) {
                    throw new IOException(
                            "%s: %s is not the name of a safetensors file beside it".formatted(index, file));
                }
                shards.put(file, Safetensors.open(index.resolveSibling(file)));
            }
            return new ShardedSafetensors(index, matched(index, fileOf, shards), Set.copyOf(shards.values()));
        } catch (IOException | RuntimeException e) {
            for (Safetensors shard : shards.values()) {
                shard.close();
            }
            throw e;
        }
    }

    private static Map<String, Safetensors> matched(
            Path index, Map<String, String> fileOf, Map<String, Safetensors> shards) throws IOException {
        Map<String, Safetensors> shardOf = new LinkedHashMap<>();
        for (Map.Entry<String, Safetensors> shard : shards.entrySet()) {
            for (String name : shard.getValue().names()) {
                if (!shard.getKey().equals(fileOf.get(name))) {
                    throw new IOException("%s: %s contains tensor %s, which the index places in %s"
                            .formatted(index, shard.getKey(), name, fileOf.getOrDefault(name, "no file")));
                }
                shardOf.put(name, shard.getValue());
            }
        }
        for (Map.Entry<String, String> tensor : fileOf.entrySet()) {
            if (!shardOf.containsKey(tensor.getKey())) {
                throw new IOException(
                        "%s: tensor %s is not in %s".formatted(index, tensor.getKey(), tensor.getValue()));
            }
        }
        return shardOf;
    }

    @Override
    public Path path() {
        return index;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(shardOf.keySet());
    }

    @Override
    public Shape shape(String name) {
        return shard(name).shape(name);
    }

    @Override
    public NDArray tensor(NDManager manager, String name) throws IOException {
        return shard(name).tensor(manager, name);
    }

    @Override
    public void close() throws IOException {
        for (Safetensors shard : shards) {
            shard.close();
        }
    }

    private Safetensors shard(String name) {
        Safetensors shard = shardOf.get(name);
        if (shard == null) {
            throw new IllegalArgumentException("%s: no tensor is named %s".formatted(index, name));
        }
        return shard;
    }
}
