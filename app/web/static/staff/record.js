// Records a text with the microphone and puts it into the file field of the form as a WAV of one
// channel, without the silence at its ends. Saving is the form's own work. Without script, or where
// a browser cannot record, a file is chosen instead.
"use strict";
(() => {
  const form = document.querySelector("form[data-recorder]");
  if (!form || !navigator.mediaDevices || !window.MediaRecorder || !window.DataTransfer) return;
  const RATE = 22050, LOUD = 0.01, MARGIN = 0.25, LONGEST = 170000;
  const box = form.querySelector(".recorder");
  const [record, stop, told, preview, field] = ["[data-record]", "[data-stop]", "[data-said]",
    "[data-preview]", "#sound"].map((one) => form.querySelector(one));
  let recorder = null, timer = 0;
  box.hidden = false;

  const say = (what) => { told.textContent = told.dataset[what]; };

  const trimmed = (samples) => {
    let from = samples.findIndex((one) => Math.abs(one) > LOUD);
    if (from < 0) return null;
    let to = samples.length - 1;
    while (Math.abs(samples[to]) <= LOUD) to -= 1;
    const margin = Math.round(MARGIN * RATE);
    return samples.subarray(Math.max(0, from - margin), Math.min(samples.length, to + margin));
  };

  const wav = (samples) => {
    const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
    const text = (at, words) => [...words].forEach((one, n) => view.setUint8(at + n, one.charCodeAt(0)));
    text(0, "RIFF"); view.setUint32(4, 36 + 2 * samples.length, true); text(8, "WAVEfmt ");
    view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
    view.setUint32(24, RATE, true); view.setUint32(28, 2 * RATE, true);
    view.setUint16(32, 2, true); view.setUint16(34, 16, true);
    text(36, "data"); view.setUint32(40, 2 * samples.length, true);
    samples.forEach((one, n) =>
      view.setInt16(44 + 2 * n, Math.max(-1, Math.min(1, one)) * 32767, true));
    return new File([view], "recording.wav", { type: "audio/wav" });
  };

  const keep = async (blob) => {
    const heard = await new AudioContext().decodeAudioData(await blob.arrayBuffer());
    const offline = new OfflineAudioContext(1, Math.ceil(heard.duration * RATE), RATE);
    const source = offline.createBufferSource();
    source.buffer = heard;
    source.connect(offline.destination);
    source.start();
    const samples = trimmed((await offline.startRendering()).getChannelData(0));
    if (!samples) return say("silent");
    const file = wav(samples), files = new DataTransfer();
    files.items.add(file);
    field.files = files.files;
    if (preview.src) URL.revokeObjectURL(preview.src);
    preview.src = URL.createObjectURL(file);
    preview.hidden = false;
    say("done");
  };

  record.addEventListener("click", async () => {
    try {
      const sound = await navigator.mediaDevices.getUserMedia(
        { audio: { channelCount: 1, noiseSuppression: true, autoGainControl: true } });
      const parts = [];
      recorder = new MediaRecorder(sound);
      recorder.addEventListener("dataavailable", (one) => parts.push(one.data));
      recorder.addEventListener("stop", () => {
        clearTimeout(timer);
        sound.getTracks().forEach((track) => track.stop());
        record.disabled = false;
        stop.disabled = true;
        keep(new Blob(parts, { type: recorder.mimeType })).catch(() => say("refused"));
      });
      recorder.start();
      timer = setTimeout(() => recorder.stop(), LONGEST);
      record.disabled = true;
      stop.disabled = false;
      stop.focus();
      say("recording");
    } catch {
      say("refused");
    }
  });
  stop.addEventListener("click", () => recorder.stop());
})();
