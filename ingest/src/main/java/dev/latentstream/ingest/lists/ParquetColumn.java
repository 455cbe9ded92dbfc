package dev.latentstream.ingest.lists;

import dev.latentstream.schemas.StrictUtf8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A column of a Parquet file and its role.
 *
 * @param name of the field that has it: a struct of {@code bytes} and {@code path} is an image, as Hugging Face writes it
 */
record ParquetColumn(ColumnDescriptor descriptor, String name, ColumnRole role) {
    /**
     * Finds the columns that are read.
     *
     * @throws IOException if none may have URLs or images
     */
    static List<ParquetColumn> of(MessageType schema, ColumnRoles roles) throws IOException {
        List<ParquetColumn> columns = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (ColumnDescriptor descriptor : schema.getColumns()) {
            String name = descriptor.getPath()[0];
            for (ColumnRole role : roles.of(name)) {
                if (fits(descriptor, role)) {
                    columns.add(new ParquetColumn(descriptor, name, role));
                } else if (role instanceof ColumnRole.Url || role instanceof ColumnRole.Bytes) {
                    wrong.add("%s of type %s"
                            .formatted(String.join(".", descriptor.getPath()), descriptor.getPrimitiveType()));
                }
            }
        }
        if (columns.stream().noneMatch(ParquetColumn::hasImages)) {
            List<String> names = schema.getFields().stream().map(Type::getName).toList();
            throw new IOException("no column of strings is named %s, and none of bytes %s; the columns are %s%s"
                    .formatted(
                            String.join(" or ", roles.urls()),
                            String.join(" or ", roles.images()),
                            Shown.names(names),
                            wrong.isEmpty() ? "" : "; not usable: " + Shown.names(wrong)));
        }
        return columns;
    }

    private boolean hasImages() {
        return role instanceof ColumnRole.Url || role instanceof ColumnRole.Bytes;
    }

    private static boolean fits(ColumnDescriptor column, ColumnRole role) {
        PrimitiveType type = column.getPrimitiveType();
        boolean binary = type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        boolean string = binary
                && (annotation == null
                        || annotation.equals(LogicalTypeAnnotation.stringType())
                        || annotation.equals(LogicalTypeAnnotation.enumType())
                        || annotation.equals(LogicalTypeAnnotation.jsonType()));
        boolean flat = column.getPath().length == 1;
        boolean single = column.getMaxRepetitionLevel() == 0;
        if (role instanceof ColumnRole.Bytes) {
            boolean struct = column.getPath().length == 2 && column.getPath()[1].equals("bytes");
            return single && binary && annotation == null && (flat || struct);
        }
        if (role instanceof ColumnRole.Text) {
            return string && column.getMaxRepetitionLevel() <= 1;
        }
        if (role instanceof ColumnRole.Hash) {
            return flat && single && (string || type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY);
        }
        if (role instanceof ColumnRole.Url) {
            return flat && single && string;
        }
        return flat && single && (string || isNumber(type));
    }

    private static boolean isNumber(PrimitiveType type) {
        boolean plain =
                !(type.getLogicalTypeAnnotation() instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation);
        return switch (type.getPrimitiveTypeName()) {
            case INT32, INT64, FLOAT, DOUBLE, BOOLEAN -> plain;
            case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> false;
        };
    }

    /** Returns whether it belongs to a field of the schema. */
    boolean isIn(Type field) {
        return field.getName().equals(name);
    }

    /** Opens the columns of a row group. A column with two roles is read twice. */
    static List<Cursor> cursors(List<ParquetColumn> columns, PageReadStore pages, MessageType read, String createdBy) {
        List<Cursor> cursors = new ArrayList<>();
        for (ColumnDescriptor descriptor :
                columns.stream().map(ParquetColumn::descriptor).distinct().toList()) {
            ColumnReader reader =
                    new ColumnReadStoreImpl(pages, new Unused(), read, createdBy).getColumnReader(descriptor);
            List<ParquetColumn> same = columns.stream()
                    .filter(column -> column.descriptor().equals(descriptor))
                    .toList();
            cursors.add(new Cursor(same, reader));
        }
        return cursors;
    }

    /** Reads the values of a column, row after row. */
    record Cursor(List<ParquetColumn> columns, ColumnReader reader) {
        void read(RowCells cells) {
            ColumnDescriptor descriptor = reader.getDescriptor();
            do {
                if (reader.getCurrentDefinitionLevel() == descriptor.getMaxDefinitionLevel()) {
                    value(cells, descriptor.getPrimitiveType());
                }
                reader.consume();
            } while (reader.getCurrentRepetitionLevel() > 0);
        }

        private void value(RowCells cells, PrimitiveType type) {
            switch (type.getPrimitiveTypeName()) {
                case BINARY, FIXED_LEN_BYTE_ARRAY -> binary(cells, reader.getBinary());
                case INT32 -> scalar(cells, Integer.toString(reader.getInteger()));
                case INT64 -> scalar(cells, Long.toString(reader.getLong()));
                case BOOLEAN -> scalar(cells, Boolean.toString(reader.getBoolean()));
                case FLOAT -> number(cells, reader.getFloat(), Float.toString(reader.getFloat()));
                case DOUBLE -> number(cells, reader.getDouble(), Double.toString(reader.getDouble()));
                case INT96 -> reader.skip();
            }
        }

        private void binary(RowCells cells, Binary value) {
            for (ParquetColumn column : columns) {
                boolean bytes = column.role() instanceof ColumnRole.Bytes
                        || column.descriptor().getPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.BINARY;
                if (bytes) {
                    ByteBuffer buffer = value.toByteBuffer();
                    cells.bytes(column.role(), column.name(), buffer);
                } else if (value.length() > RowCells.MAX_STRING_BYTES) {
                    cells.tooLong(column.role(), column.name(), value.length());
                } else {
                    text(cells, column, value);
                }
            }
        }

        private static void text(RowCells cells, ParquetColumn column, Binary value) {
            try {
                cells.text(column.role(), column.name(), StrictUtf8.decode(value.toByteBuffer()));
            } catch (CharacterCodingException damaged) {
                cells.notUtf8(column.role(), column.name());
            }
        }

        private void number(RowCells cells, double value, String text) {
            if (Double.isFinite(value)) {
                scalar(cells, text);
            }
        }

        private void scalar(RowCells cells, String text) {
            columns.forEach(column -> cells.scalar(column.role(), column.name(), text));
        }
    }

    /** Converters that a column reader asks for, and that values are never passed to. */
    private static final class Unused extends GroupConverter {
        @Override
        public Converter getConverter(int field) {
            return new PrimitiveConverter() {
                @Override
                public boolean isPrimitive() {
                    return true;
                }

                @Override
                public GroupConverter asGroupConverter() {
                    return new Unused();
                }
            };
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
    }
}
