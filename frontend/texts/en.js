// @ts-check
// The page's texts in English.

const months = [
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
  "December",
];

const linkLife = "A link works for one day; after that, use the link in our next email.";

/** @type {typeof import("./id.js").default} */
const english = {
  months,
  switchTo: "Bahasa Indonesia",
  skip: "Skip to the content",
  loading: "One moment",
  loadingText: "Your registration is being opened.",
  registration: (program) => `${program} registration`,
  sending: "Sending…",
  email: "Email address",
  phone: "Mobile number",
  error: "To change:",
  look: "To look at:",
  cancel: "Cancel",
  continue: "Go on",
  again: "Begin a new registration",
  ask: "Help",

  progress: {
    label: "Progress of the registration",
    step: (step) => `Step ${step} of 3`,
    names: ["Email", "Details", "Phone"],
    done: "done",
  },

  connection: {
    lost: "No signal. What you typed is still here. This page connects again by itself.",
    unsure:
      "No signal. What you typed is still here. When the signal is back, we first look whether what you sent has arrived; nothing is sent twice.",
    slow: "Our service has not answered yet. What you typed is still here. This page tries again by itself.",
    unsureSlow:
      "Our service has not answered yet. What you typed is still here. We first look whether what you sent has arrived; nothing is sent twice.",
    pressAgain: "The connection is back, and what you sent has not reached us. Please press the button once more.",
    lookFirst: "The connection is back. Our message may have been sent: look for the latest one before you ask again.",
    arrived: "The connection is back. What you sent has reached us.",
    oneAtATime: "Not sent yet: what you pressed before is still on its way. Wait a moment, then press again.",
    retry: "Try to connect now",
    begin: "No signal. What you typed is still here. Press the button again when there is a signal; you will not be registered twice.",
    beginSlow:
      "Our service has not answered yet. What you typed is still here. Press the button once more; you will not be registered twice.",
    busy: "Our service is busy or interrupted.",
    safe: "Your registration is kept. This page tries again by itself.",
    pressAt: (time) => `You can press the button again at ${time}.`,
    kept: "What you typed is still here.",
    language: "The Indonesian texts could not be loaded yet. Press “Bahasa Indonesia” once more.",
  },

  moved: {
    done: "That step is already done, and nothing was sent twice. This is your step now.",
    notNow: "This cannot be done just now, because your registration is being worked on. Wait a moment, then press again. What you typed is still here.",
    back: "The step before is already done. Go on here; nothing is lost and nothing is sent again.",
    otherTab: "The registration went on in another tab. This is its step now.",
    left: `This registration was left in another tab of this device. Open it again with the link in our latest email. ${linkLife}`,
    otherRegistration: "Another registration was opened in another tab. This page follows it.",
  },

  start: {
    title: "Register",
    intro: "Three steps, about five minutes. Have your KTP, your phone and an email address that you can read at hand.",
    emailHint: "We send a code to this address. Example: siti@gmail.com",
    consentTitle: "How your data is used",
    consent: "I have read this and agree that my data is used for this registration.",
    consentName: "Consent",
    send: "Send a code to my email",
    keepOpen:
      `This device does not let the page store anything. Keep this page open until you are done. If it is closed, open it again with the link in our email. ${linkLife}`,
    kept: "On this device we keep only the key to your registration, none of your data. You can close this page and come back at any time.",
  },

  suggestion: {
    meant: (address) => `Did you mean ${address}?`,
    sentTo: (address) => `The code is sent to ${address}.`,
    yes: (address) => `Yes, change it to ${address}`,
    no: "No, it is right",
    use: "Use this address",
    soon: "If so, please wait on this page, or look here again later: as soon as it is your turn, one tap changes the address.",
  },

  code: {
    label: "Code of 6 digits",
    hint: "Type or paste it. Spaces do no harm.",
    left: (count) => `Tries left: ${count}.`,
    confirm: "Confirm",
    resend: "Send the code again",
    resendIn: (seconds) => `You can ask for another code in ${wait(seconds)}.`,
    resendNow: "You can ask for another code now.",
    noResend: "The code cannot be sent again. Use the one in the last message.",
    resent: "A new code is on its way. The older one no longer works.",
    already: "A code has just been sent, and sometimes takes a while to arrive.",
    moment: "One moment…",
    notArrived: "No code yet?",
  },

  emailCode: {
    title: "Open your email",
    sent: (to) => `We sent a code of 6 digits to ${to}.`,
    sentSomewhere: "We sent a code of 6 digits to your email address.",
    link: "You can also press the link in that email.",
    spam: "Look in the spam or promotions folder too. It can take a few minutes to arrive.",
    change: "Change the email address",
    newLabel: "The right email address",
    newHint: "A new code is sent to this address; the older one no longer works.",
    send: "Send the code to this address",
    changed: (to) => `The address was changed. A new code is sent to ${to}.`,
  },

  phoneCode: {
    title: "Type the code from your phone",
    sent: (to, channel) => `We sent a code of 6 digits to ${to}${channel ? ` by ${channel}` : ""}.`,
    sentSomewhere: "We sent a code of 6 digits to your mobile number.",
    short: "The code works for a few minutes only. Give it to nobody, not even to somebody who claims to be staff.",
    slow: "An SMS sometimes takes a minute or two. Make sure that the phone has a signal and that its inbox is not full.",
    channels: { email: "email", sms: "SMS", whatsapp: "WhatsApp" },
    by: (channel) => `Send it by ${channel}`,
    change: "Change the mobile number",
    newLabel: "The right mobile number",
    newHint: "A new code is sent to this number. Your other details need not be sent again.",
    send: "Send the code to this number",
    changed: (to) => `The number was changed. A new code is sent to ${to}.`,
    reallyMine: "I really use this number",
  },

  details: {
    title: "Fill in your details as on the KTP",
    correct: "Check and correct your details",
    intro: "Take your KTP and copy it as it is. Every field is needed.",
    nik: "NIK",
    nikHint: "16 digits at the top of the KTP.",
    count: (count) => `${count} of 16 digits`,
    countMore: (count) => `${count} digits; a NIK has 16`,
    last4: "Last 4 digits of the NIK, once more",
    last4Hint: "Read them from the KTP again, not from the field above. This finds a slip.",
    last4Pasted: "Better read them from the KTP again: copying digits copies a slip as well.",
    last4Differs: (above) => `The NIK above ends in ${above}. One of the two is not as on your KTP; look once more.`,
    name: "Full name",
    nameHint: "As on the KTP. Academic titles may be left out.",
    birth: "Birth date",
    birthHint: "As on the KTP, for example 17 August 1985",
    day: "Day",
    month: "Month",
    year: "Year",
    chooseMonth: "Choose a month",
    sex: "Sex",
    sexes: { male: "Male", female: "Female" },
    phoneHint: "A code is sent to this number. Use the phone that you have with you. Example: 0812 3456 7890",
    send: "Send the details",
    left: (count) =>
      count > 0
        ? `You can correct your details ${count === 1 ? "once" : `${count} times`} more.`
        : "This is the last correction; after it our staff look at it.",
    emptied: "The fields below are empty because we keep none of your data on this device. Please fill them in once more from your KTP.",
    reallySo: "My KTP really shows this",
    digit: (place, written, maybe) =>
      `Digit ${place}${written ? ` is ${written}` : ""}${maybe ? `${written ? "," : ""} perhaps ${maybe}` : ""}.`,
    missing: (places, maybe) => `A digit may be missing at place ${places}${maybe ? `: ${maybe}` : ""}.`,
    digits: (places, last) => `Look at digits ${places} and ${last}.`,
    digitsFrom: (first, last) => `Look at digits ${first} to ${last}.`,
    or: " or ",
  },

  whose: {
    registration: (address) => `Registration for ${address}`,
    opened: (address) => `Email confirmed. The registration for ${address} is now open on this device.`,
    notMine: "Not your email address?",
    text: "Do not fill in your details here: they would become part of another person's registration. Leave this registration, then begin your own.",
    leave: "Leave this registration",
    stay: "This is my address, go on",
    another:
      `This registration goes on and is not withdrawn; we send its news by email. This page forgets it; open it again with the link in our latest email. ${linkLife}`,
    begin: "Forget it here, register somebody else",
    keep: "Stay with this registration",
  },

  says: {
    lead: "This NIK says:",
    date: (day, month, year) => `${day} ${months[month - 1]} ${year}`,
    sexes: { male: "male", female: "female" },
    sentence: (sex, date, place, serial) =>
      `${sex}, born ${date}${place ? `, first registered in ${place}` : ""}, serial number ${serial}.`,
    same: "Is this as on your KTP?",
  },

  waiting: {
    self: "This page looks by itself and goes on as soon as there is news. You need not reload it.",
    close: "You can close this page. Open it again on this device at any time to see the news.",
    keepOpen:
      `Keep this page open: this device does not store your registration. If it is closed, open it again with the link in our latest email. ${linkLife}`,
    checkedAt: (time) => `Last looked at ${time}.`,
    now: "Look now",
    queued: {
      title: "You are in the queue",
      text: "We have your registration. You need do nothing. When it is your turn we send you an email with a code; that email is the sign. On a busy day this can take some hours. If no email has come by the next day, open this page again.",
      asked: "We have your registration. When it is your turn we send you an email with a code. On a busy day this can take some hours.",
    },
    email: {
      title: "The code is being prepared",
      text: "The code is being sent to your email address. Its field appears here in a moment.",
    },
    next: {
      title: "Email confirmed",
      text: "The next step is being prepared. Please take your KTP.",
    },
    details: { title: "One moment", text: "The next step is being prepared." },
    checking: {
      title: "Your details are being checked",
      text: "We compare them with Dukcapil's data. It usually takes less than a minute, and longer when many register at once. Have your phone ready for a code.",
    },
    finishing: {
      title: "Mobile number confirmed",
      text: "Your registration is being completed.",
    },
    phone: {
      title: "The code is being prepared",
      text: "Your details are checked. The code is being sent to your phone; its field appears here in a moment.",
    },
    settling: {
      title: "One check is left",
      text: "Your part is done. There is a check that we still complete; you need do nothing, and we write to your email address.",
    },
    review: {
      title: "Our staff are looking at it",
      text: "Our staff are looking at this registration. You need do nothing; we write to your email address when it is decided. This can take some days.",
    },
    days: "This can take some hours or some days.",
  },

  layers: {
    title: "Checks",
    names: { email: "Email address", nik: "NIK", dukcapil: "Dukcapil's data", otp: "Mobile number" },
    pending: "not yet",
    passed: "done",
    declined: "needs a correction",
    deferred: "waits for the service",
    skipped: "left out, as the rules say",
    approved: "approved by our staff",
  },

  verified: {
    title: "Your registration is verified",
    text: "All steps are done. There is nothing left for you to do; we send this news to your email address as well.",
    rests: "What this rests on",
    passed: "checked, and it agrees",
    deferred_then_passed: "checked when the service was back, and it agrees",
    skipped: "left out, as the rules say, because the service was interrupted",
    approved: "approved by our staff",
    confirmed: "confirmed",
    reference: "Reference number",
    referenceHint: "Give this number when you contact the organiser.",
    another: "Register somebody else on this device",
    anotherText: "This page then forgets this registration; the registration itself stays as it is.",
  },

  rejected: {
    title: "The registration could not be approved",
    text: "This registration could not be approved.",
    disputeTitle: "Do you think this is a mistake?",
    disputeText: "Our staff will look at it. You need not register again.",
    statement: "What our staff should know (may be left empty)",
    statementHint: "At most 1,000 characters. Do not write a NIK or a code.",
    statementLeft: (count) => (count >= 0 ? `${count} characters left.` : `${-count} characters too many.`),
    dispute: "Ask our staff to look at it",
  },

  expired: {
    title: "This registration was closed",
    text: "Its time was over, so this registration was closed and your data is deleted. Please begin again.",
  },

  withdrawn: {
    title: "Registration withdrawn",
    text: "This registration was withdrawn at your request, and your personal data is deleted.",
  },

  withdraw: {
    open: "Withdraw this registration",
    title: "Withdraw the registration?",
    text: "The registration stops and your personal data is deleted. This cannot be undone; you can register again from the beginning.",
    yes: "Yes, withdraw and delete my data",
    no: "No, go on with the registration",
  },

  link: {
    title: "Confirm the email address",
    text: "You opened the link in our email. Press this button to confirm your email address and to open its registration on this device.",
    button: "Confirm my email",
    nothingYet: "Nothing changes until the button is pressed. Was it not you who registered? Just close this page.",
    doneTitle: "Email already confirmed",
    done: "The email address of the registration on this device is already confirmed. You only have to go on.",
    otherTitle: "There is another registration on this device",
    other:
      `Another registration is open on this device. If you press the button, this device opens the registration of this email. The other one is not lost: open it again with the link in its latest email. ${linkLife}`,
    stay: "Stay with the other registration",
    refused: "What you can do",
    reloaded: "The page was reloaded, and we do not store the code of a link. Open the link in our latest email again, or type its code here.",
    wait: "No answer has come yet. Wait some seconds, then press the button once more.",
    own: "Back to the registration on this device",
    malformed: "This link is not complete. Open it from our email again, or type the code on the page where you registered.",
  },

  lost: {
    title: "The registration cannot be opened here",
    text: "This registration cannot be opened from this device. Perhaps the email address was confirmed on another device; go on there.",
    linkedTitle: "Go on with the registration from the email",
    linked: "The link in our email can be opened again. You can also type its code here.",
    code: "Go on on this device",
    codeText: "Type the code of our latest email.",
    open: "Open the registration",
    againText: "Or begin anew. This device then forgets the earlier registration.",
  },
};

export default english;

/** @param {number} seconds */
function wait(seconds) {
  const name = (/** @type {number} */ count, /** @type {string} */ unit) => `${count} ${unit}${count === 1 ? "" : "s"}`;
  if (seconds < 60) return name(seconds, "second");
  const rest = seconds % 60;
  return `${name(Math.floor(seconds / 60), "minute")}${rest ? ` ${name(rest, "second")}` : ""}`;
}
