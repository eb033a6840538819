package io.sluice.onnx;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The fields of a protocol buffer, read one after the other from a file that may be larger than memory. Every length is held
 * against the message it is in. Used by one thread.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
final class ProtobufFields implements AutoCloseable {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int NESTED = 2;
    private static final int FIXED32 = 5;

    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 14).limit(0);
    /** Of the buffer's first byte. */
    private long offset;

    private int wire;
    private long number;
    private long nestedEnd;

    ProtobufFields(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        size = channel.size();
    }

    long end() {
        return size;
    }

    long position() {
        return offset + buffer.position();
    }

    /**
     * Goes on to the next field. A number has been passed over when this returns; what is nested has to be read or {@linkplain
     * #skip skipped}.
     *
     * @param end of the message that the field is in
     * @return the field's number
     */
    int next(long end) throws IOException {
        long tag = varint();
        wire = (int) (tag & 7);
        long field = tag >>> 3;
        if (field < 1 || field > 0x1fff_ffff) {
            throw new IOException("field " + field + " at byte " + position());
        }
        long next = switch (wire) {
            case VARINT -> {
                number = varint();
                yield position();
            }
            case FIXED64 -> position() + 8;
            case FIXED32 -> position() + 4;
            case NESTED -> {
                long length = varint();
                nestedEnd = length < 0 || length > end - position() ? end + 1 : position() + length;
                yield nestedEnd;
            }
            default -> throw new IOException("wire type " + wire + " at byte " + position());
        };
        if (next > end) {
            throw new IOException("a field that is longer than what it is in, at byte " + position());
        }
        if (wire != NESTED) {
            seek(next);
        }
        return (int) field;
    }

    /** Whether the field at hand is bytes, a text or a message. */
    boolean isNested() {
        return wire == NESTED;
    }

    /** Whether the field at hand, which has been passed over, was four bytes. */
    boolean isFixed32() {
        return wire == FIXED32;
    }

    /** The last number of variable length that has been passed over. */
    long number() {
        return number;
    }

    long nestedEnd() {
        return nestedEnd;
    }

    void skip() throws IOException {
        seek(nestedEnd);
    }

    String text(int longest) throws IOException {
        long length = nestedEnd - position();
        if (length > longest) {
            throw new IOException("a text of " + length + " bytes at byte " + position());
        }
        byte[] bytes = new byte[(int) length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = read();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte part = read();
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new IOException("a number without end at byte " + position());
    }

    private byte read() throws IOException {
        if (!buffer.hasRemaining()) {
            offset += buffer.limit();
            buffer.clear();
            if (channel.read(buffer, offset) <= 0) {
                throw new EOFException("it ends at byte " + offset);
            }
            buffer.flip();
        }
        return buffer.get();
    }

    /** Goes to a place, which must be the beginning of a field. */
    void seek(long position) {
        if (position >= offset && position <= offset + buffer.limit()) {
            buffer.position((int) (position - offset));
        } else {
            offset = position;
            buffer.limit(0);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
