package dev.latentstream.schemas;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Confluent's wire format: a zero byte, the schema's id as a big-endian {@code int}, the record in Avro's binary encoding.
 */
final class WireFormat {
    static final byte MAGIC = 0;

    /** Length of the header before the record, in bytes. */
    static final int HEADER = 1 + Integer.BYTES;

    private WireFormat() {}

    /** Returns the header of a record with this schema id. */
    static byte[] header(int schemaId) {
        return ByteBuffer.allocate(HEADER).put(MAGIC).putInt(schemaId).array();
    }

    /** Returns the id of the writer's schema in the remaining bytes of a payload, whose position does not change. */
    static int schemaId(ByteBuffer payload) {
        int length = payload.remaining();
        if (length == 0) {
            throw new SerializationException("the payload is empty; Confluent's wire format has at least " + HEADER
                    + " bytes, the first of which is 0x00");
        }
        byte first = payload.get(payload.position());
        if (first != MAGIC) {
            throw new SerializationException(
                    "the payload is not in Confluent's wire format: its first byte is 0x%02x, not 0x00 (%d bytes)"
                            .formatted(first, length));
        }
        if (length < HEADER) {
            throw new SerializationException(
                    "the payload has %d bytes; Confluent's wire format has at least %d (0x00 and a schema id)"
                            .formatted(length, HEADER));
        }
        int id = payload.slice().getInt(1);
        if (id < 1) { // no registry assigns it, so the registry need not be asked
            throw new SerializationException(
                    "the payload is not in Confluent's wire format: its schema id is %d, below 1 (%d bytes)"
                            .formatted(id, length));
        }
        return id;
    }
}
