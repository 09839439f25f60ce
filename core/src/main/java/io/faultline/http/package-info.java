/**
 * Requests over HTTP as loads and probes send them: each once. What became of a request is what they are there to see, so nothing
 * here repeats one, follows a redirect, or hides that a connection has ended.
 */
@API(status = Status.INTERNAL)
@NullMarked
package io.faultline.http;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
