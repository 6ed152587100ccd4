// Says before it is sent that a file is larger than is taken. Without this file the server says it, after the sending.
const field = document.getElementById("file");
const look = () => {
  const file = field.files[0];
  field.setCustomValidity(file && file.size > Number(field.dataset.most) ? field.dataset.tooLarge : "");
};
field.addEventListener("change", look);
look();
