/**
 * Tokenizers in pure Java: WordPiece, byte-level BPE and SentencePiece, read from the files that come with models, with
 * the tokens that the reference tokenizers give.
 */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.text;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
