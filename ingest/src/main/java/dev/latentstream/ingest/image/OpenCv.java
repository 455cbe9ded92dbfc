package dev.latentstream.ingest.image;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_img_hash;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;

/**
 * Loads OpenCV's native libraries, with settings for a process that also uses other native libraries.
 *
 * <p>The launcher sets {@code OPENCV_LOG_LEVEL=SILENT}, without which OpenCV and libtiff print a line for each fault in a damaged
 * file; OpenCV's Java binding has no function for the log level. The libpng and libjpeg inside OpenCV print to standard error
 * whatever the level, one line for a damaged file.
 */
final class OpenCv {
    private OpenCv() {}

    /**
     * Loads the libraries that are not loaded yet.
     *
     * @param threads threads that one OpenCV operation may use, in the whole process
     */
    static void load(int threads) {
        load();
        opencv_core.setNumThreads(threads);
    }

    /** Loads the libraries that are not loaded yet, and leaves the number of threads as it is. */
    static void load() {
        // JavaCPP would compare the memory of the whole process, networks included, with twice the heap size, and fail.
        setUnlessSet("org.bytedeco.javacpp.maxBytes", "0");
        setUnlessSet("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        Loader.load(opencv_core.class);
        Loader.load(opencv_imgproc.class);
        Loader.load(opencv_imgcodecs.class);
        Loader.load(opencv_img_hash.class);
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
