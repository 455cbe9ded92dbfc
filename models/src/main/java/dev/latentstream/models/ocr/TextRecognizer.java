package dev.latentstream.models.ocr;

import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import dev.latentstream.models.onnx.OnnxNetwork;
import dev.latentstream.models.onnx.OnnxNetwork.Values;
import java.time.Duration;
import java.util.Arrays;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Reads lines of text, with connectionist temporal classification (CTC): each column of the output is a character, the same one as before,
 * or none. Not thread-safe.
 */
final class TextRecognizer {
    private static final int HEIGHT = 48;
    private static final int NARROWEST = 320;

    /** Longer lines are narrowed; a line of this width has more than a hundred characters. */
    private static final int WIDEST = 3200;

    /** The class of columns without a character. */
    private static final int BLANK = 0;

    private final OnnxNetwork network;
    private final ToTensor tensors = new ToTensor();

    TextRecognizer(OnnxNetwork network) {
        this.network = network;
    }

    /**
     * Returns with which confidence a line can be read: the mean of the probabilities of its characters, 0 if it has none.
     *
     * <p>A line is read alone: beside a longer one it would be padded, and other characters would be read in it.
     */
    double confidence(Mat line, Duration limit) {
        double natural = (double) HEIGHT * line.cols() / line.rows();
        int width = (int) Math.max(NARROWEST, Math.min(WIDEST, natural));
        Mat resized = new Mat();
        resize(line, resized, new Size((int) Math.min(width, Math.ceil(natural)), HEIGHT));
        Values columns = tensors.run(network, resized, width, limit);
        if (columns.shape().length != 3 || columns.shape()[0] != 1) {
            throw new IllegalStateException("the output of the recognition has the shape %s, not [1, columns, classes]"
                    .formatted(Arrays.toString(columns.shape())));
        }
        return confidence(columns.elements(), (int) columns.shape()[2]);
    }

    private static double confidence(float[] probabilities, int classes) {
        double sum = 0;
        int characters = 0;
        int before = BLANK;
        for (int column = 0; column < probabilities.length; column += classes) {
            int best = column;
            for (int i = column + 1; i < column + classes; i++) {
                if (probabilities[i] > probabilities[best]) {
                    best = i;
                }
            }
            int found = best - column;
            if (found != BLANK && found != before) {
                sum += probabilities[best];
                characters++;
            }
            before = found;
        }
        return characters == 0 ? 0 : sum / characters;
    }
}
