package dev.latentstream.models.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;

/** Opens models whose weights live on a device. */
public final class ModelLoader {
    private ModelLoader() {}

    /** Loads weights into a manager, and makes a model of them that closes it. */
    public interface Loading<M> {
        M load(NDManager manager) throws IOException;
    }

    /** A manager whose tensors live on a device. */
    public static NDManager manager(Device device) {
        return NDManager.newBaseManager(device, "PyTorch");
    }

    /**
     * Opens a model in a manager of its own.
     *
     * @param closing closes what else the model was to hold, where opening fails
     */
    public static <M> M load(Device device, Runnable closing, Loading<M> opening) throws IOException {
        NDManager manager = manager(device);
        try {
            return opening.load(manager);
        } catch (IOException | RuntimeException e) {
            closing.run();
            manager.close();
            throw e;
        }
    }
}
