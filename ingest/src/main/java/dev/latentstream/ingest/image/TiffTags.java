package dev.latentstream.ingest.image;

import com.drew.imaging.tiff.TiffProcessingException;
import com.drew.imaging.tiff.TiffReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.tiff.DirectoryTiffHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tags of the first directory of a TIFF structure: a TIFF file or an EXIF block. */
final class TiffTags {
    private static final int ORIENTATION = 274;
    private static final int ICC_PROFILE = 34675;

    /** Tags up to the tile sizes and offsets describe the pixel layout. */
    private static final int LAST_OF_LAYOUT = 325;

    private final FirstDirectory directory;

    private TiffTags(FirstDirectory directory) {
        this.directory = directory;
    }

    /** Reads only the first directory; others contain thumbnails, further pages and maker notes. */
    private static final class FirstDirectory extends DirectoryTiffHandler {
        private final Set<Integer> tags = new HashSet<>();
        private final Directory numbers = new ExifIFD0Directory();
        private boolean repeated;
        private boolean unknownType;
        private @Nullable ByteBuffer profile;

        FirstDirectory() {
            super(new Metadata(), null);
            pushDirectory(numbers);
        }

        @Override
        public void setTiffMarker(int marker) throws TiffProcessingException {
            if (marker != 42) {
                throw new TiffProcessingException("TIFF marker %d is not 42".formatted(marker));
            }
        }

        @Override
        public boolean tryEnterSubIfd(int tag) {
            return false;
        }

        @Override
        public boolean hasFollowerIfd() {
            return false;
        }

        @Override
        public @Nullable Long tryCustomProcessFormat(int tag, int format, long components) {
            unknownType |= tag <= LAST_OF_LAYOUT;
            return null;
        }

        @Override
        public boolean customProcessTag(
                int valueOffset, Set<Integer> visited, int start, RandomAccessReader reader, int tag, int byteCount)
                throws IOException {
            repeated |= !tags.add(tag);
            if (tag != ICC_PROFILE) {
                return false;
            }
            profile = ByteBuffer.wrap(reader.getBytes(valueOffset, byteCount));
            return true;
        }

        private OptionalLong number(int tag) {
            if (numbers.getObject(tag) instanceof Long unsigned) { // a LONG, which does not fit an int
                return OptionalLong.of(unsigned);
            }
            int[] values = numbers.getIntArray(tag);
            return values == null || values.length == 0 ? OptionalLong.empty() : OptionalLong.of(values[0]);
        }
    }

    static TiffTags read(byte[] tiff) {
        FirstDirectory directory = new FirstDirectory();
        try {
            new TiffReader().processTiff(new ByteArrayReader(tiff), directory, 0);
        } catch (TiffProcessingException | IOException | RuntimeException broken) {
            throw BadImageException.damaged(
                    "%d bytes".formatted(tiff.length),
                    "a whole directory",
                    "the TIFF directory cannot be read: " + broken.getMessage());
        }
        return new TiffTags(directory);
    }

    /** Returns the orientation in an EXIF block; upright if the block cannot be read. */
    static Orientation orientation(ByteBuffer exif) {
        byte[] tiff = new byte[exif.remaining()];
        exif.get(tiff);
        try {
            return read(tiff).orientation();
        } catch (BadImageException unreadable) {
            return Orientation.UPRIGHT;
        }
    }

    Orientation orientation() {
        return Orientation.of((int) number(ORIENTATION, 1));
    }

    @Nullable ByteBuffer profile() {
        return directory.profile;
    }

    /** Returns the first number of a tag. */
    long number(int tag, long otherwise) {
        return directory.number(tag).orElse(otherwise);
    }

    /** Returns whether a tag occurs twice, so that two readers may use different values. */
    boolean repeated() {
        return directory.repeated;
    }

    /** Returns whether a layout tag has a number type that this reader does not know but others may. */
    boolean unknownType() {
        return directory.unknownType;
    }
}
