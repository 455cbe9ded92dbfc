package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.ScriptLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

/** The functions of {@code operators.torchscript}, by name; {@link Torch} gives them their types. */
public final class Operators {
    static final ScriptLibrary LIBRARY = load();

    /** Functions that PyTorch does not support on its meta device; the result of each has the shape of its first argument. */
    private static final Set<String> SHAPED_LIKE_THE_FIRST =
            Set.of("group_norm", "layer_norm", "normalize", "attention", "causal_attention", "masked_attention");

    private Operators() {}

    /** Calls a function; the result belongs to the manager of its first argument. */
    static NDArray call(String function, NDArray x, Object... more) {
        PtNDManager manager = (PtNDManager) x.getManager();
        if (isMeta(manager) && SHAPED_LIKE_THE_FIRST.contains(function)) {
            return LIBRARY.call(manager, "meta_like", x);
        }
        Object[] arguments = new Object[more.length + 1];
        arguments[0] = x;
        System.arraycopy(more, 0, arguments, 1, more.length);
        return LIBRARY.call(manager, function, arguments);
    }

    /** Calls a function that changes its arguments in place; several tensors are one list. */
    public static void execute(String function, Object... arguments) {
        LIBRARY.execute(function, arguments);
    }

    /** Returns whether the tensors of a manager are on the meta device. */
    static boolean isMeta(NDManager manager) {
        return manager.getDevice().getDeviceType().equals(Torch.META);
    }

    private static ScriptLibrary load() {
        try (InputStream text = Torch.class.getResourceAsStream("operators.torchscript")) {
            String functions = new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
            return ScriptLibrary.load((PtNDManager) NDManager.newBaseManager("PyTorch"), functions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
