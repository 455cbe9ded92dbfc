package dev.latentstream.models.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;

/** Loads models onto a device. */
public final class ModelLoader {
    private ModelLoader() {}

    /** Loads weights into a manager and returns a model that closes it. */
    public interface Loading<M> {
        M load(NDManager manager) throws IOException;
    }

    /** A manager whose tensors are on a device. */
    public static NDManager manager(Device device) {
        return NDManager.newBaseManager(device, "PyTorch");
    }

    /**
     * Loads a model into its own manager.
     *
     * @param closing closes what else the model would own, where loading fails
     */
    public static <M> M load(Device device, Runnable closing, Loading<M> loading) throws IOException {
        NDManager manager = manager(device);
        try {
            return loading.load(manager);
        } catch (IOException | RuntimeException e) {
            closing.run();
            manager.close();
            throw e;
        }
    }
}
