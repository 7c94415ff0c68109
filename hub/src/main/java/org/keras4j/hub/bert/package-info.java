/** Encoders of the BERT family: BERT, RoBERTa, DistilBERT, MiniLM. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.bert;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
