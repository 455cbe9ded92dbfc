package dev.latentstream.ingest.image;

import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** Copies rows of 8-bit samples between OpenCV's memory and Java arrays. */
final class Pixels {
    /** Edits one row in place; samples are interleaved as in the matrix. */
    @FunctionalInterface
    interface RowEdit {
        void edit(byte[] row);
    }

    private Pixels() {}

    /** Returns all samples in row-major order. */
    static byte[] toArray(Mat mat) {
        int rowBytes = mat.cols() * mat.channels();
        byte[] samples = new byte[mat.rows() * rowBytes];
        for (int y = 0; y < mat.rows(); y++) {
            row(mat, y).get(samples, y * rowBytes, rowBytes);
        }
        return samples;
    }

    static Mat fromArray(byte[] samples, Size size, int channels) {
        Mat mat = new Mat(size.height(), size.width(), opencv_core.CV_8UC(channels));
        mat.data().put(samples, 0, samples.length); // a new matrix has no gaps between its rows
        return mat;
    }

    /** Returns a matrix of zeros, 8 bits per sample. */
    static Mat blank(Size size, int channels) {
        return Mat.zeros(size.height(), size.width(), opencv_core.CV_8UC(channels))
                .asMat();
    }

    /** Passes on row after row in one array, which is overwritten by the next. */
    static void readRows(Mat mat, Consumer<byte[]> reader) {
        byte[] samples = new byte[mat.cols() * mat.channels()];
        for (int y = 0; y < mat.rows(); y++) {
            row(mat, y).get(samples, 0, samples.length);
            reader.accept(samples);
        }
    }

    static void editRows(Mat mat, RowEdit edit) {
        byte[] samples = new byte[mat.cols() * mat.channels()];
        for (int y = 0; y < mat.rows(); y++) {
            BytePointer row = row(mat, y);
            row.get(samples, 0, samples.length);
            edit.edit(samples);
            row.put(samples, 0, samples.length);
        }
    }

    static Size size(Mat mat) {
        return new Size(mat.cols(), mat.rows());
    }

    private static BytePointer row(Mat mat, int y) {
        return mat.ptr(y);
    }
}
