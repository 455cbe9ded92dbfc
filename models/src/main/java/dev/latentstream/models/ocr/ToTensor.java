package dev.latentstream.models.ocr;

import dev.latentstream.models.onnx.OnnxNetwork;
import dev.latentstream.models.onnx.OnnxNetwork.Feed;
import dev.latentstream.models.onnx.OnnxNetwork.Values;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.bytedeco.opencv.opencv_core.Mat;

/** Runs networks on one image in BGR, normalised to -1 to 1. Not thread-safe. */
final class ToTensor {
    private static final int CHANNELS = 3;

    private FloatBuffer buffer = allocated(0);

    /**
     * Runs a network, and returns its first output.
     *
     * @param width of the tensor: the image is at its left, and zeros are at its right
     */
    Values run(OnnxNetwork network, Mat image, int width, Duration limit) {
        int height = image.rows();
        byte[] pixels = new byte[CHANNELS * height * image.cols()];
        Mat contiguous = image.isContinuous() ? image : image.clone();
        contiguous.data().get(pixels);
        float[] values = new float[CHANNELS * height * width];
        int at = 0;
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < image.cols(); column++) {
                for (int channel = 0; channel < CHANNELS; channel++) {
                    values[(channel * height + row) * width + column] = (pixels[at] & 0xff) / 127.5f - 1;
                    at++;
                }
            }
        }
        if (buffer.capacity() < values.length) {
            buffer = allocated(values.length);
        }
        buffer.clear().put(values).flip();
        String input = network.inputs().keySet().iterator().next();
        String output = network.outputs().keySet().iterator().next();
        Feed feed = new Feed.Floats(buffer, new long[] {1, CHANNELS, height, width});
        Map<String, Values> outputs = network.run(Map.of(input, feed), Set.of(output), limit);
        return outputs.values().iterator().next();
    }

    private static FloatBuffer allocated(int elements) {
        return ByteBuffer.allocateDirect(elements * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
