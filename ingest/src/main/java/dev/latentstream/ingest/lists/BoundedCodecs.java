package dev.latentstream.ingest.lists;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Decompresses pages up to a size, since they say themselves how large they are. */
final class BoundedCodecs implements CompressionCodecFactory {
    private final CompressionCodecFactory codecs = new CodecFactory(new PlainParquetConfiguration(), 0);
    private final long maxBytes;

    BoundedCodecs(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return codecs.getCompressor(codec);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        BytesInputDecompressor unbounded = codecs.getDecompressor(codec);
        return new BytesInputDecompressor() {
            @Override
            public BytesInput decompress(BytesInput bytes, int size) throws IOException {
                check(size);
                return unbounded.decompress(bytes, size);
            }

            @Override
            public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int size)
                    throws IOException {
                check(size);
                unbounded.decompress(input, compressedSize, output, size);
            }

            @Override
            public void release() {
                unbounded.release();
            }
        };
    }

    private void check(int size) throws IOException {
        if (size < 0 || size > maxBytes) {
            throw new IOException("a page of %d bytes is more than %d".formatted(size, maxBytes));
        }
    }

    @Override
    public void release() {
        codecs.release();
    }
}
