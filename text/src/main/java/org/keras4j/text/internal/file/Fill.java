package org.keras4j.text.internal.file;

import org.jspecify.annotations.Nullable;

/**
 * How short texts are filled.
 *
 * @param length the length to fill to, or null for that of the longest in a batch
 * @param multiple what the length is a multiple of, 0 for anything
 * @param id the token to fill with
 * @param type its type
 * @param token its text
 * @param left whether texts are filled at the beginning
 */
public record Fill(
    @Nullable Integer length, int multiple, int id, int type, String token, boolean left) {}
