package dev.latentstream.ingest.sources.files;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Describes why a file cannot be read. The message of most of the JDK's exceptions is only the path. */
public final class FileFaults {
    private FileFaults() {}

    /** Returns the reason, without the name of an exception. */
    public static String describe(IOException fault) {
        if (fault instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (fault instanceof AccessDeniedException) {
            return "access is denied";
        }
        if (fault instanceof NotDirectoryException) {
            return "it is not a folder";
        }
        if (fault instanceof FileSystemLoopException) {
            return "its links lead in a circle";
        }
        if (fault instanceof EOFException && fault.getMessage() == null) {
            return "unexpected end of the file";
        }
        String reason = fault instanceof FileSystemException file ? file.getReason() : fault.getMessage();
        return reason == null ? "it cannot be read" : reason;
    }
}
