package dev.latentstream.models.weights;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Weight;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The id of a loaded model: a hash of what determines its results. */
public final class ModelId {
    private ModelId() {}

    /**
     * SHA-256 of every weight's name, shape and values and of a description of the rest, in hexadecimal. The layout and
     * precision of the file do not matter, only the values.
     *
     * @param configuration everything else that determines the results: options, preprocessing
     */
    public static String of(Layer network, String configuration) {
        MessageDigest digest = sha256();
        digest.update(configuration.getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, Weight> entry : new TreeMap<>(network.weights()).entrySet()) {
            NDArray value = entry.getValue().value();
            digest.update((entry.getKey() + value.getShape()).getBytes(StandardCharsets.UTF_8));
            float[] values = value.toFloatArray();
            ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** SHA-256 of a model's file, in hexadecimal. */
    public static String of(byte[] file) {
        return HexFormat.of().formatHex(sha256().digest(file));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
